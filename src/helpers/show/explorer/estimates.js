// The mean of a measure with its interval, as helpers.compare.means has it: CR2 by story and outlet-week, two ways, with
// Satterthwaite degrees of freedom; on the log-odds for shares; refused where that refuses. A test holds the two equal.

const FEWEST = 3; // clusters below which there is no interval
const FULL_LEVERAGE = 1e-8;
const FEW_DOF = 4;

// Gamma(a + 1/2) / Gamma(a): its expansion, from 40 on; below by recurrence.
function gammaRatio(a) {
  let below = 1;
  while (a < 40) {
    below *= a / (a + 0.5);
    a += 1;
  }
  const u = 1 / a;
  const series = 1 + u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 + u * (-21 / 32768 + u * (-399 / 262144 + (u * 869) / 4194304)))));
  return below * Math.sqrt(a) * series;
}

// Continued fraction of the incomplete beta function (Lentz).
function fraction(a, b, x) {
  const tiny = 1e-300;
  let c = 1, d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let value = d;
  for (let m = 1; m < 10000; m++) {
    for (const term of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 + term * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      if (Math.abs(c) < tiny) c = tiny;
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

// The probability that |t| is larger.
function twoTails(t, dof) {
  if (!(t > 0)) return 1;
  const a = dof / 2, x = dof / (dof + t * t), y = (t * t) / (dof + t * t);
  const front = (Math.exp(a * Math.log1p(-y)) * Math.sqrt(y) * gammaRatio(a)) / Math.sqrt(Math.PI);
  if (x < (a + 1) / (a + 2.5)) return (front * fraction(a, 0.5, x)) / a;
  return 1 - (front * fraction(0.5, a, y)) / 0.5;
}

// The value beyond which |t| is with a probability: Newton's steps inside a bracket.
function tQuantile(probability, dof) {
  if (!(dof > 0)) return NaN;
  let low = 0, high = 2;
  while (twoTails(high, dof) > probability) {
    low = high;
    high *= 2;
  }
  let t = (low + high) / 2;
  const scale = gammaRatio(dof / 2) / Math.sqrt(Math.PI * dof);
  for (let step = 0; step < 200; step++) {
    const off = twoTails(t, dof) - probability;
    if (off > 0) low = t;
    else high = t;
    const slope = -2 * scale * Math.exp((-(dof + 1) / 2) * Math.log1p((t * t) / dof));
    let next = t - off / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - t) <= 1e-15 * t) return next;
    t = next;
  }
  return t;
}

// Sums over clusters of some items; what is touched is wiped, so that a call costs what its items cost.
class Sums {
  constructor(codes) {
    this.codes = codes;
    const n = codes.length ? codes.reduce((most, code) => Math.max(most, code), 0) + 1 : 0;
    this.count = new Float64Array(n);
    this.sum = new Float64Array(n);
    this.touched = new Uint32Array(n);
    this.n = 0;
  }

  add(rows, values, mean) {
    const { codes, count, sum, touched } = this;
    for (let place = 0; place < rows.length; place++) {
      const code = codes[rows[place]];
      if (count[code] === 0) touched[this.n++] = code;
      count[code] += 1;
      sum[code] += values[rows[place]] - mean;
    }
  }

  clear() {
    for (let place = 0; place < this.n; place++) {
      this.count[this.touched[place]] = 0;
      this.sum[this.touched[place]] = 0;
    }
    this.n = 0;
  }

  // Variance and degrees of freedom of a mean of n items, and whether one cluster alone decides it.
  sandwich(n) {
    let variance = 0, own = 0, less = 0, squares = 0, mixed = 0, cross = 0, alone = false;
    for (let place = 0; place < this.n; place++) {
      const share = this.count[this.touched[place]] / n, left = 1 - share;
      const full = left < FULL_LEVERAGE;
      alone ||= full;
      const w = full ? 0 : 1 / left; // w'w in units of d'd = 1/n
      const a = share * w, u = share * share * w;
      const score = this.sum[this.touched[place]];
      variance += (score * score * w) / (n * n);
      own += a;
      less += u;
      squares += a * a;
      mixed += a * u;
      cross += u;
    }
    const below = squares - 2 * mixed + cross * cross;
    return { variance, dof: below > 0 ? (own - less) ** 2 / below : NaN, alone };
  }
}

// Those of some items that have a value.
function withValue(values, all) {
  const rows = new Uint32Array(all.length);
  let n = 0;
  for (let place = 0; place < all.length; place++) if (!Number.isNaN(values[all[place]])) rows[n++] = all[place];
  return rows.subarray(0, n);
}

class Estimator {
  constructor(columns) {
    this.level = columns.level;
    this.columns = columns;
    this.ways = [new Sums(columns.story), new Sums(columns.week)];
    this.crossing = new Sums(columns.both);
    this.quantiles = new Map();
  }

  // The mean over some items (those without a value are left out), its limits, and why there are none.  `weeks`: whether
  // limits are as wide as weeks that remember make them, as in the tables of the report; that takes longer.
  mean(values, all, weeks = true) {
    const rows = withValue(values, all);
    const n = rows.length, missing = all.length - n;
    const result = { estimate: NaN, low: NaN, high: NaN, n, missing, clusters: 0, dof: NaN, method: "none", note: "", rows };
    if (!n) return { ...result, note: "no item has a value" };
    let least = Infinity, most = -Infinity, total = 0;
    for (let place = 0; place < n; place++) {
      const value = values[rows[place]];
      if (value < least) least = value;
      if (value > most) most = value;
      total += value;
    }
    const mean = (result.estimate = total / n);
    for (const way of this.ways) way.add(rows, values, mean);
    this.crossing.add(rows, values, mean);
    const clusters = (result.clusters = Math.min(this.ways[0].n, this.ways[1].n));
    const [one, two] = this.ways.map((way) => way.sandwich(n));
    const both = this.crossing.sandwich(n);
    for (const way of [...this.ways, this.crossing]) way.clear();
    if (clusters < FEWEST) return { ...result, note: `${clusters} clusters; at least ${FEWEST} are needed` };
    if (least === most && (least === 0 || least === 1)) return this.alike(result, least);
    if (one.alone || two.alone) return { ...result, note: "one cluster alone determines this estimate" };
    const variance = Math.max(one.variance + two.variance - both.variance, both.variance);
    const nothing = (1e-12 * Math.max(Math.abs(least), Math.abs(most), 1e-300)) ** 2 / n;
    if (least === most || variance <= nothing) return { ...result, note: "the values do not vary" };
    const share = least >= 0 && most <= 1;
    const made = this.limits(result, Math.sqrt(variance), Math.min(one.dof, two.dof), share);
    return weeks ? remembered(made, this, values) : made;
  }

  limits(result, se, dof, share) {
    const { estimate } = result, half = this.quantile(dof) * se;
    const note = dof < FEW_DOF ? `rests on ${dof.toFixed(1)} degrees of freedom: read with care` : "";
    const told = { ...result, se, dof, note, share };
    if (!share) return { ...told, low: estimate - half, high: estimate + half, method: "CR2 two-way" };
    const middle = Math.log(estimate / (1 - estimate)), reach = half / (estimate * (1 - estimate));
    const back = (odds) => 1 / (1 + Math.exp(-odds));
    return { ...told, low: back(middle - reach), high: back(middle + reach), method: "CR2 two-way, logit" };
  }

  // All items have 0, or all 1: the exact binomial interval, a cluster counting as one trial.
  alike(result, value) {
    const reach = 1 - ((1 - this.level) / 2) ** (1 / result.clusters);
    const [low, high] = value === 0 ? [0, reach] : [1 - reach, 1];
    return { ...result, low, high, method: "binomial over clusters", note: `all ${result.n} values are ${value}` };
  }

  quantile(dof) {
    if (!this.quantiles.has(dof)) {
      if (this.quantiles.size > 20000) this.quantiles.clear();
      this.quantiles.set(dof, tQuantile(1 - this.level, dof));
    }
    return this.quantiles.get(dof);
  }
}
