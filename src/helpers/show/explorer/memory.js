// Weeks that remember: helpers.compare.memory for one mean, so that a level is the one that the report's tables have.
// What is computed, and why, stands there; the names are the same, and a test holds the numbers equal.

const RHO = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const SHARE = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const FEWEST_BLOCKS = 2;
const MONDAY = 4; // 5 January 1970

// Items to weeks: mean, items, the stories that they are worth, and the weeks passed since the last.  Items are in the
// order of days, so that a week is a run of them; undated ones, which tell nothing, come last.
function weekCells(columns, values, rows) {
  const { day, story, start, storySize, storySum } = columns;
  const cells = { mean: [], items: [], stories: [], gap: [], within: 0, dof: 0 };
  let last = -Infinity;
  for (let from = 0, to = 0; from < rows.length && day[rows[from]] !== UNDATED; from = to) {
    const week = Math.floor((start + day[rows[from]] - MONDAY) / 7), stories = [];
    let total = 0;
    for (; to < rows.length && day[rows[to]] !== UNDATED && Math.floor((start + day[rows[to]] - MONDAY) / 7) === week; to++) {
      const one = story[rows[to]], value = values[rows[to]];
      if (storySize[one] === 0) stories.push(one);
      storySize[one] += 1;
      storySum[one] += value;
      total += value;
    }
    const n = to - from, mean = total / n;
    let squares = 0, spread = 0;
    for (const one of stories) {
      squares += storySize[one] ** 2;
      spread += storySize[one] * (storySum[one] / storySize[one] - mean) ** 2;
      storySize[one] = storySum[one] = 0;
    }
    if (stories.length > 1) cells.within += (spread * (stories.length - 1)) / (n - squares / n);
    cells.dof += stories.length - 1;
    cells.mean.push(mean);
    cells.items.push(n);
    cells.stories.push((n * n) / squares);
    cells.gap.push(week - last);
    last = week;
  }
  return cells;
}

// Restricted log-likelihood of one memory and one share of shocks, by a Kalman filter over weeks; nan where nothing varies.
function likelihood(cells, rho, ratio, least) {
  let state = 0, ones = 0, variance = 0, sizes = 0, aa = 0, ab = 0, bb = 0;
  for (let week = 0; week < cells.mean.length; week++) {
    const fade = cells.gap[week] === Infinity ? 0 : rho ** cells.gap[week], noise = 1 / cells.stories[week];
    variance = ratio + fade * fade * (variance - ratio);
    const size = variance + noise, gain = variance / size;
    const a = cells.mean[week] - fade * state, b = 1 - fade * ones;
    state = fade * state + gain * a;
    ones = fade * ones + gain * b;
    variance = gain * noise;
    sizes += Math.log(size);
    aa += (a * a) / size;
    ab += (a * b) / size;
    bb += (b * b) / size;
  }
  const rest = aa - (ab * ab) / bb + cells.within;
  if (!(rest > least)) return NaN;
  return -0.5 * (sizes + Math.log(bb) + (cells.mean.length - 1 + cells.dof) * Math.log(rest));
}

// At each week the sum over weeks of memory to the distance, times what each holds.
function carried(held, gap, rho) {
  const ahead = [...held], behind = held.map(() => 0);
  for (let week = 1; week < held.length; week++) ahead[week] += rho ** gap[week] * ahead[week - 1];
  for (let week = held.length - 1; week > 0; week--) behind[week - 1] = rho ** gap[week] * (behind[week] + held[week]);
  return ahead.map((one, week) => one + behind[week]);
}

function weekMemory(columns, values, rows) {
  const cells = weekCells(columns, values, rows), n = cells.mean.length;
  if (n < 2) return null;
  const least = 1e-12 * Math.max(cells.mean.reduce((sum, one) => sum + one * one, 0), 1e-300);
  const noise = cells.stories.map((one) => 1 / one), usual = noise.reduce((sum, one) => sum + one, 0) / n;
  const total = cells.items.reduce((sum, one) => sum + one, 0), part = cells.items.map((one) => one / total);
  const load = part.map((one) => (one * one) / Math.max(1 - one, 1e-8));
  const grid = [];
  for (const rho of RHO) {
    const once = carried(part, cells.gap, rho), doubly = carried(load, cells.gap, rho * rho);
    for (const share of SHARE) {
      const ratio = (share / (1 - share)) * usual, log = likelihood(cells, rho, ratio, least);
      if (Number.isNaN(log)) return null;
      grid.push({ rho, log, ...factors(part, load, noise, once, doubly, ratio) });
    }
  }
  const top = Math.max(...grid.map((one) => one.log));
  for (const one of grid) one.weight = Math.exp(one.log - top) / Math.sqrt(1 - one.rho ** 2);
  const weights = grid.reduce((sum, one) => sum + one.weight, 0);
  for (const one of grid) one.weight /= weights;
  return { grid, n, block: Math.max(grid.reduce((sum, one) => sum + one.weight * one.factor, 0), 1) };
}

// Variance of the mean in units of what weeks show of it, and the share of degrees of freedom that is left.
function factors(part, load, noise, once, doubly, ratio) {
  const reach = part.map((one, week) => ratio * once[week] + one * noise[week]);
  let variance = 0, shown = 0, squares = 0, all = 0;
  for (let week = 0; week < part.length; week++) variance += part[week] * reach[week];
  for (let week = 0; week < part.length; week++) {
    const own = ratio + noise[week], l = load[week];
    shown += l * (own - 2 * reach[week] + variance);
    squares += l * l * own * own;
    all += l * l * (own * own - ratio * ratio) + ratio * ratio * l * doubly[week];
  }
  return { factor: Math.max(variance / Math.max(shown, 1e-300), 1e-3), fewer: Math.min(squares / all, 1) };
}

// How many times as far as weeks by themselves say the limits lie (false position, as there).
function stretched(memory, estimator, dof) {
  const base = estimator.quantile(dof), alpha = 1 - estimator.level;
  const tail = (t) => memory.grid.reduce((sum, { weight, factor, fewer }) => (weight > 1e-15 ? sum + weight * twoTails(t / Math.sqrt(factor), Math.max(dof * fewer, 1)) : sum), 0);
  const over = (t) => Math.log(Math.max(tail(t), 1e-300) / alpha);
  let near = 0, far = base, atNear = Math.log(1 / alpha), atFar = over(base), moved = 0;
  if (atFar <= 0) return 1;
  while (atFar > 0) [near, far, atNear, atFar] = [far, 2 * far, atFar, over(2 * far)];
  for (let step = 0; step < 60; step++) {
    const middle = (near * atFar - far * atNear) / (atFar - atNear), at = over(middle);
    if (Math.abs(at) < 1e-9) return middle / base;
    if (at > 0) {
      if (moved > 0) atFar /= 2;
      [near, atNear, moved] = [middle, at, 1];
    } else {
      if (moved < 0) atNear /= 2;
      [far, atFar, moved] = [middle, at, -1];
    }
  }
  return far / base;
}

function remembered(made, estimator, values) {
  const memory = weekMemory(estimator.columns, values, made.rows);
  if (!memory) return made;
  const blocks = memory.n / memory.block;
  if (blocks < FEWEST_BLOCKS) {
    const few = `weeks remember: the ${memory.n} of the smaller side count as ${blocks.toFixed(1)}; at least ${FEWEST_BLOCKS} are needed`;
    return { ...made, low: NaN, high: NaN, dof: NaN, method: "none", note: [made.note, few].filter(Boolean).join("; ") };
  }
  const stretch = stretched(memory, estimator, made.dof), { estimate } = made;
  const method = `${made.method}, weeks that remember`;
  if (!made.share) return { ...made, low: estimate + stretch * (made.low - estimate), high: estimate + stretch * (made.high - estimate), method };
  const middle = Math.log(estimate / (1 - estimate)), odds = (value) => Math.log(value / (1 - value));
  const further = (limit) => 1 / (1 + Math.exp(-(middle + stretch * (odds(limit) - middle))));
  return { ...made, low: further(made.low), high: further(made.high), method };
}
