// Elements, numbers and days as a reader meets them, and the chart over time.

const SPACE = "\u00a0"; // no line breaks between a number and its unit
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function make(kind, attributes = {}, ...inside) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name in made && !["list", "role"].includes(name)) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

function drawn(kind, attributes = {}, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function percent(value) {
  const size = 100 * value;
  return `${Math.abs(size) < 1 && size !== 0 ? size.toFixed(1) : size.toFixed(0)}${SPACE}%`;
}

const counted = (n, noun, plural = `${noun}s`) => `${n.toLocaleString("en")}${SPACE}${n === 1 ? noun : plural}`;

// Days are counted from the first of the period.
class Calendar {
  constructor(start) {
    this.start = start;
  }

  date(day) {
    return new Date((this.start + day) * 86400000);
  }

  iso(day) {
    return this.date(day).toISOString().slice(0, 10);
  }

  day(iso) {
    return Math.round(Date.parse(`${iso}T00:00:00Z`) / 86400000) - this.start;
  }

  said(day) {
    const date = this.date(day);
    return `${date.getUTCDate()}${SPACE}${MONTHS[date.getUTCMonth()]}${SPACE}${date.getUTCFullYear()}`;
  }

  // 4–17 Sep 2023, 28 Aug – 3 Sep 2023.
  span(from, to) {
    if (from === to) return this.said(from);
    const [one, two] = [this.said(from).split(SPACE), this.said(to).split(SPACE)];
    if (one[2] !== two[2]) return `${one.join(SPACE)} – ${two.join(SPACE)}`;
    return one[1] !== two[1] ? `${one[0]}${SPACE}${one[1]} – ${two.join(SPACE)}` : `${one[0]}–${two.join(SPACE)}`;
  }

  // The first day of the day's week (Monday) or month, which may lie before the period.
  floor(day, unit) {
    const date = this.date(day);
    if (unit === "day") return day;
    if (unit === "week") return day - ((date.getUTCDay() + 6) % 7);
    return day - date.getUTCDate() + 1;
  }

  next(day, unit) {
    if (unit !== "month") return day + (unit === "week" ? 7 : 1);
    const date = this.date(day);
    return Math.round(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 86400000) - this.start;
  }

  named(from, unit) {
    const date = this.date(from);
    if (unit === "month") return `${MONTHS[date.getUTCMonth()]}${SPACE}${date.getUTCFullYear()}`;
    return unit === "week" ? `week of ${this.said(from)}` : this.said(from);
  }
}

const HEIGHT = 250, TOP = 34, BOTTOM = 62, LEFT = 44, RIGHT = 10;

// Shares over time: points with intervals, counts below, gaps hatched, events as thin rules.  One is drawn for each
// choice; choosing a period moves a window over it and draws nothing anew.
class TimeChart {
  constructor(calendar, id) {
    this.calendar = calendar;
    this.svg = drawn("svg", { height: HEIGHT, "aria-hidden": "true", focusable: "false" });
    this.gapId = `gap-${id}`;
    this.bins = [];
  }

  draw(bins, events, from, to, width) {
    Object.assign(this, { bins, from, to, width: Math.max(width, 240) });
    this.svg.setAttribute("width", this.width);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    const known = bins.filter((bin) => bin.made && bin.made.n);
    const highest = Math.max(0.05, ...known.map((bin) => Math.min(bin.made.estimate * 1.25, 1)), ...known.filter((bin) => bin.made.n >= 10 && Number.isFinite(bin.made.high)).map((bin) => bin.made.high));
    this.most = nice(Math.min(1, highest));
    this.svg.replaceChildren(this.pattern(), this.axis(), this.gaps(), this.rules(events), this.counts(), this.points(), this.frame());
  }

  x(day) {
    return LEFT + ((this.width - LEFT - RIGHT) * (day - this.from)) / (this.to + 1 - this.from);
  }

  y(value) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(value, this.most) / this.most);
  }

  pattern() {
    const line = drawn("path", { d: "M0 6L6 0", class: "hatch" });
    return drawn("defs", {}, drawn("pattern", { id: this.gapId, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, line));
  }

  axis() {
    const group = drawn("g", { class: "axis" });
    for (const part of [0, 0.5, 1]) {
      const y = this.y(this.most * part);
      group.append(drawn("line", { x1: LEFT, x2: this.width - RIGHT, y1: y, y2: y }));
      const label = drawn("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" });
      label.textContent = percent(this.most * part);
      group.append(label);
    }
    let last = -Infinity;
    const unit = this.to - this.from > 800 ? 12 : this.to - this.from > 90 ? 3 : 1;
    for (let day = this.calendar.floor(this.from, "month"); day <= this.to; day = this.calendar.next(day, "month")) {
      const date = this.calendar.date(day), x = this.x(Math.max(day, this.from));
      if (day < this.from || date.getUTCMonth() % unit || x - last < 62 || x > this.width - 50) continue;
      last = x;
      group.append(drawn("line", { x1: x, x2: x, y1: HEIGHT - 22, y2: HEIGHT - 17 }));
      const label = drawn("text", { x, y: HEIGHT - 5 });
      label.textContent = unit === 12 ? `${date.getUTCFullYear()}` : `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
      group.append(label);
    }
    return group;
  }

  gaps() {
    const group = drawn("g", { class: "gaps" });
    for (let at = 0; at < this.bins.length; at++) {
      if (!this.bins[at].gap) continue;
      const first = at;
      while (this.bins[at + 1]?.gap) at += 1;
      const x = this.x(this.bins[first].from), end = this.x(this.bins[at].to + 1);
      group.append(drawn("rect", { x, width: end - x, y: TOP, height: HEIGHT - TOP - 24, fill: `url(#${this.gapId})` }));
    }
    return group;
  }

  // Numbered events have a rule, and their number above it; those too near for a number each share one, 4–9.  Others are ticks.
  rules(events) {
    const group = drawn("g", { class: "events" }), labels = [];
    for (const event of events) {
      const x = this.x(event.day), [y1, y2] = event.number ? [TOP - 4, HEIGHT - 24] : [HEIGHT - 24, HEIGHT - 18];
      const rule = drawn("line", { x1: x, x2: x, y1, y2 }), title = drawn("title");
      title.textContent = `${event.name}, ${this.calendar.said(event.day)}`;
      rule.append(title);
      group.append(rule);
      if (!event.number) continue;
      const near = labels.at(-1);
      if (near && x - near.to < 14) Object.assign(near, { to: x, last: event.number });
      else labels.push({ from: x, to: x, number: event.number, last: event.number });
    }
    for (const { from, to, number, last } of labels) {
      const label = drawn("text", { x: (from + to) / 2, y: TOP - 10, "text-anchor": "middle" });
      label.textContent = number === last ? `${number}` : `${number}–${last}`;
      group.append(label);
    }
    return group;
  }

  counts() {
    const most = Math.max(1, ...this.bins.map((bin) => bin.n)), base = HEIGHT - 24, reach = 26;
    let path = "";
    for (const bin of this.bins) {
      if (!bin.n) continue;
      const x = this.x(bin.from), end = this.x(bin.to + 1), y = base - Math.max(1, (reach * bin.n) / most);
      path += `M${x.toFixed(1)} ${base}V${y.toFixed(1)}H${Math.max(end - 0.6, x + 0.6).toFixed(1)}V${base}Z`;
    }
    const label = drawn("text", { x: LEFT - 6, y: base - reach + 8, "text-anchor": "end" });
    label.textContent = `n ${most}`;
    return drawn("g", { class: "counts" }, drawn("path", { d: path }), drawn("line", { x1: LEFT, x2: this.width - RIGHT, y1: base, y2: base }), label);
  }

  points() {
    const group = drawn("g", { class: "points" });
    let line = "", limits = "", joined = false; // single items are no course: only points of ten or more are joined
    for (const bin of this.bins) {
      if (!bin.made?.n) {
        joined = false;
        continue;
      }
      const x = this.x((bin.from + bin.to + 1) / 2).toFixed(1), y = this.y(bin.made.estimate).toFixed(1);
      const many = bin.made.n >= 10;
      if (many) line += `${joined ? "L" : "M"}${x} ${y}`;
      if (Number.isFinite(bin.made.low)) limits += `M${x} ${this.y(bin.made.low).toFixed(1)}V${this.y(bin.made.high).toFixed(1)}`;
      group.append(drawn("circle", { cx: x, cy: y, r: many ? 3.4 : 2, class: many ? "" : "few" }));
      joined = many;
    }
    group.prepend(drawn("path", { d: limits, class: "limits" }), drawn("path", { d: line, class: "line" }));
    return group;
  }

  frame() {
    this.window = drawn("rect", { class: "window", y: TOP, height: HEIGHT - TOP - 24, width: 0, x: 0 });
    this.cursor = drawn("line", { class: "cursor", y1: TOP, y2: HEIGHT - 24, x1: -9, x2: -9 });
    return drawn("g", {}, this.window, this.cursor);
  }

  show(period, cursor) {
    if (period) {
      const x = this.x(Math.max(period[0], this.from)), end = this.x(Math.min(period[1], this.to) + 1);
      this.window.setAttribute("x", x);
      this.window.setAttribute("width", Math.max(0, end - x));
    } else this.window.setAttribute("width", 0);
    const bin = this.bins[cursor], at = bin ? this.x((bin.from + bin.to + 1) / 2) : -9;
    this.cursor.setAttribute("x1", at);
    this.cursor.setAttribute("x2", at);
  }

  // The bin under a place of the mouse.
  at(clientX) {
    const box = this.svg.getBoundingClientRect(), part = (clientX - box.left - LEFT) / (this.width - LEFT - RIGHT);
    const day = this.from + part * (this.to + 1 - this.from);
    let low = 0, high = this.bins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.bins[middle].from <= day) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function nice(value) {
  return [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1].find((one) => value <= one + 1e-9) ?? 1;
}
