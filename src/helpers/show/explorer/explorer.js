// The explorer: choices above, what they show below.  All that was scraped is set as text, never as markup.

const FEW = 10; // items below which a row is folded away
const MOST_EVENTS = 12; // that have a number; more would stand on one another
const NEAR = 6; // days after an event's own, whose items tell how big it was
const SLICE = 8; // milliseconds of work in one piece
const SETTLED = 140; // milliseconds without a change until words, lines and items follow
let mounted = 0;

class Explorer extends Panels {
  constructor(root, columns, { address = false, state = "", changed = () => {} } = {}) {
    super();
    Object.assign(this, { root, columns, inAddress: address, changed });
    this.id = `explorer-${(mounted += 1)}`;
    this.calendar = new Calendar(columns.start);
    this.estimator = new Estimator(columns);
    this.words = new Words(columns);
    this.last = Math.max(columns.n_days - 1, 0);
    this.rowNodes = new Map();
    this.build();
    this.read(address ? location.hash.slice(1) : state);
    this.hashChanged = () => {
      const asked = location.hash.slice(1);
      if (asked !== this.written) this.read(asked);
    };
    if (address) addEventListener("hashchange", this.hashChanged);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.chartBox);
  }

  close() {
    removeEventListener("hashchange", this.hashChanged);
    WIDE.removeEventListener("change", this.widened);
    this.observer.disconnect();
    clearTimeout(this.timer);
  }

  // ---- what is chosen, and its text -------------------------------------------------------------------------------

  read(text) {
    const asked = new URLSearchParams(text), { columns } = this;
    const view = Math.max(0, columns.views.findIndex((one) => one.id === asked.get("in")));
    const dates = ["from", "to"].map((name) => this.calendar.day(asked.get(name) ?? ""));
    const period = dates.every((day) => day >= 0 && day <= this.last) && dates[0] <= dates[1] ? dates : null;
    const ids = asked.has("of") ? asked.get("of").split(",") : null;
    const among = (name, known, usual) => (known.includes(asked.get(name)) ? asked.get(name) : usual);
    this.state = {
      view,
      outlets: ids && new Set(columns.outlets.flatMap((outlet, place) => (ids.includes(outlet.id) ? [place] : []))),
      word: (asked.get("word") ?? "").trim().slice(0, 60),
      measure: asked.get("show") ?? "",
      voice: among("voice", Object.keys(VOICES), "all"),
      genre: asked.has("genre") && columns.genres.includes(asked.get("genre")) ? asked.get("genre") : null,
      originals: asked.get("copies") === "no",
      by: among("by", ["outlet", "group", "measure"], "outlet"),
      unit: among("bins", ["day", "week", "month"], "auto"),
      zoomed: asked.get("zoom") === "yes" && period !== null,
      period,
    };
    if (this.state.outlets?.size === 0) this.state.outlets = null;
    this.refresh();
  }

  write() {
    const { state, columns } = this, parts = new URLSearchParams();
    if (columns.views.length > 1) parts.set("in", columns.views[state.view].id);
    if (state.outlets) parts.set("of", [...state.outlets].sort((a, b) => a - b).map((place) => columns.outlets[place].id).join(","));
    parts.set(...(state.word ? ["word", state.word] : ["show", state.measure]));
    if (state.voice !== "all") parts.set("voice", state.voice);
    if (state.genre !== null) parts.set("genre", state.genre);
    if (state.originals) parts.set("copies", "no");
    if (state.by !== "outlet") parts.set("by", state.by);
    if (state.unit !== "auto") parts.set("bins", state.unit);
    if (state.zoomed) parts.set("zoom", "yes");
    if (state.period) {
      parts.set("from", this.calendar.iso(state.period[0]));
      parts.set("to", this.calendar.iso(state.period[1]));
    }
    this.written = parts.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
    if (this.inAddress) history.replaceState(null, "", `#${this.written}`);
    this.changed(this.written);
  }

  set(changes) {
    Object.assign(this.state, changes);
    this.refresh();
  }

  // ---- what follows from a choice ---------------------------------------------------------------------------------

  // Items of the view that the outlets, voice, genre and copies leave, apart by outlet; in the order of days.
  choose() {
    const { state, columns } = this, { view, outlet, genre, copied } = columns;
    const wanted = state.genre === null ? -1 : columns.genres.indexOf(state.genre);
    const sides = [new Uint32Array(columns.n), new Uint32Array(columns.n)], sizes = [0, 0];
    for (let item = 0; item < columns.n; item++) {
      if (view[item] !== state.view || (wanted >= 0 && genre[item] !== wanted) || (state.originals && copied[item])) continue;
      const side = !state.outlets || state.outlets.has(outlet[item]) ? 0 : 1;
      sides[side][sizes[side]++] = item;
    }
    [this.base, this.rest] = sides.map((items, side) => items.slice(0, sizes[side]));
    this.values = state.word ? this.words.values(state.view, state.word, state.voice) : columns.measured(state.measure, state.voice);
    this.buckets = this.bucketed();
    this.bins = this.binned();
  }

  bucketed() {
    const { state, columns } = this, rows = new Map();
    const into = (key, name, item, values) => {
      if (!rows.has(key)) rows.set(key, { key, name, items: [], values });
      rows.get(key).items.push(item);
    };
    if (state.by === "measure") {
      for (const measure of this.measures()) {
        rows.set(measure.key, { key: measure.key, name: measure.name, items: this.base, values: columns.measured(measure.key, state.voice) });
      }
    } else {
      for (const item of this.base) {
        const outlet = columns.outlets[columns.outlet[item]];
        if (state.by === "outlet") into(outlet.id, outlet.name, item, this.values);
        else for (const group of outlet.groups) into(columns.groups[group], columns.groups[group], item, this.values);
      }
    }
    return [...rows.values()].map((row) => ({ ...row, items: Uint32Array.from(row.items) }));
  }

  // Measures that have a value in the view and voice.
  measures() {
    const { columns, state } = this, about = `${state.view} ${state.voice}`;
    this.known ??= new Map();
    if (!this.known.has(about)) this.known.set(about, columns.measures.filter((measure) => withValue(columns.measured(measure.key, state.voice), this.viewItems()).length));
    return this.known.get(about);
  }

  viewItems() {
    this.ofView ??= this.columns.views.map((_, view) => [...this.columns.view.keys()].filter((item) => this.columns.view[item] === view));
    return this.ofView[this.state.view];
  }

  unit(from, to) {
    if (this.state.unit !== "auto") return this.state.unit;
    return to - from <= 75 ? "day" : to - from <= 500 ? "week" : "month";
  }

  // Bins of time: those of which no day was collected by any chosen outlet are gaps; what ran on other days is not drawn.
  binned() {
    const { columns, calendar, state } = this, [from, to] = state.zoomed ? state.period : [0, this.last];
    const outlets = this.outletsShown(), bins = [], unit = this.unit(from, to);
    const open = new Uint16Array(columns.n_days);
    for (const place of outlets) columns.observed[place].forEach((one, day) => (open[day] += one));
    let at = this.first(this.base, from);
    this.undrawn = this.base.length;
    for (let day = calendar.floor(from, unit); day <= to; day = calendar.next(day, unit)) {
      const bin = { from: Math.max(day, from), to: Math.min(calendar.next(day, unit) - 1, to), name: calendar.named(day, unit) };
      const items = [];
      for (; at < this.base.length && columns.day[this.base[at]] <= bin.to; at++) if (columns.seen[this.base[at]]) items.push(this.base[at]);
      bin.days = 0;
      for (let one = bin.from; one <= bin.to; one++) bin.days += open[one];
      bin.gap = bin.days === 0;
      bin.possible = outlets.length * (bin.to - bin.from + 1);
      bin.made = items.length ? this.estimator.mean(this.values, Uint32Array.from(items), false) : null;
      bin.n = bin.made?.n ?? 0;
      this.undrawn -= items.length;
      bins.push(bin);
    }
    if (state.zoomed) this.undrawn = 0;
    return bins;
  }

  outletsShown() {
    const known = new Set(this.viewItems().map((item) => this.columns.outlet[item]));
    return [...known].filter((place) => !this.state.outlets || this.state.outlets.has(place)).sort((a, b) => a - b);
  }

  // The place of the first item of a day or later, in a list in the order of days.
  first(items, day) {
    let low = 0, high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.columns.day[items[middle]] < day) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // Over the whole period limits are those of the report's tables, which know how long weeks remember.  A chosen period has
  // too few weeks to tell: its limits take stories and outlet-weeks as independent, and the page says so.
  remembers() {
    return !this.state.period;
  }

  within(items) {
    const { period } = this.state;
    return period ? items.subarray(this.first(items, period[0]), this.first(items, period[1] + 1)) : items;
  }

  // ---- showing ----------------------------------------------------------------------------------------------------

  refresh() {
    const known = this.measures();
    if (!known.length && this.state.voice !== "all") {
      this.state.voice = "all";
      return this.refresh();
    }
    if (!this.state.word && !known.some((one) => one.key === this.state.measure)) this.state.measure = this.opening(known);
    this.shown = PAGE;
    this.cursor = -1;
    this.choose();
    this.fillControls(known);
    this.drawChart();
    this.move();
    this.settle();
  }

  // Where a reader begins: the measure of the study's first finding, or the one that most of the view's items have.
  opening(known) {
    return (this.columns.opens ?? []).find((key) => known.some((one) => one.key === key)) ?? this.commonest(known);
  }

  commonest(known) {
    let best = known[0]?.key ?? "", most = -1;
    for (const measure of known.filter((one) => one.kind === known[0].kind)) {
      const values = this.columns.measured(measure.key, this.state.voice);
      const total = this.viewItems().reduce((sum, item) => sum + (values[item] || 0), 0);
      if (total > most) [best, most] = [measure.key, total];
    }
    return best;
  }

  // What a window over time changes at once: the rows, with limits that are pale until it stands still (`settle`).
  move() {
    this.chart.show(this.state.period, this.cursor);
    this.turn = (this.turn ?? 0) + 1;
    this.levelsBox.classList.toggle("moving", this.remembers());
    this.showRows(this.buckets.map((row) => ({ ...row, made: this.estimator.mean(row.values, this.within(row.items), false) })));
  }

  // The rows with limits as weeks that remember leave them, a few at a time, so that nothing else waits.
  async level(turn) {
    const rows = [];
    let begun = performance.now();
    for (const row of this.buckets) {
      rows.push({ ...row, made: this.estimator.mean(row.values, this.within(row.items), this.remembers()) });
      if (performance.now() - begun < SLICE) continue;
      await new Promise(requestAnimationFrame);
      if (this.turn !== turn) return;
      begun = performance.now();
    }
    this.showRows(rows);
    const weeks = this.remembers() ? ", and that weeks remember, as the report's tables have it" : "; weeks of a chosen period count as independent";
    this.levelsNote.textContent = `The dot is the level, the line its interval, which knows that copies of a story and items of one outlet's week are not independent${weeks}. None where there are too few of them. Choose a name to see it alone, and again to see all.`;
    this.levelsBox.classList.remove("moving");
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.move();
    });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), SETTLED);
  }

  settle() {
    clearTimeout(this.timer);
    const chosen = this.within(this.base);
    [this.from.value, this.to.value] = (this.state.period ?? [0, this.last]).map((day) => this.calendar.iso(day));
    for (const button of [this.whole, this.zoom]) button.disabled = !this.state.period;
    this.zoom.setAttribute("aria-pressed", String(this.state.zoomed));
    this.summary.textContent = this.sentence(chosen);
    this.write();
    this.follow([() => this.showItems(chosen), () => this.showWords(chosen), () => this.showLines(chosen)]);
  }

  // One piece of work a frame, the levels last; a later choice ends it.
  async follow(pieces) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    for (const piece of pieces) {
      piece();
      await new Promise(requestAnimationFrame);
      if (this.turn !== turn) return;
    }
    await this.level(turn);
  }

  resized() {
    if (this.chartBox.clientWidth && this.chartBox.clientWidth !== this.drawnWidth) {
      this.drawChart();
      this.chart.show(this.state.period, this.cursor);
    }
  }

  drawChart() {
    this.drawnWidth = this.chartBox.clientWidth;
    const [from, to] = this.state.zoomed ? this.state.period : [0, this.last];
    const marked = this.marked(from, to);
    this.chart.draw(this.bins, marked, from, to, this.drawnWidth || 700);
    this.listEvents(marked);
    this.chartTitle.textContent = `${capital(this.measureName())} over time`;
    const unit = this.unit(from, to), view = this.columns.views[this.state.view];
    const left = this.undrawn ? ` ${counted(this.undrawn, view.item)} without a day, or of a day that was not collected, ${this.undrawn === 1 ? "is" : "are"} in no ${unit}.` : "";
    this.chartNote.textContent = `A point is a ${unit}, small where it rests on fewer than ten ${view.item}s; its line is the ${Math.round(100 * this.columns.level)}${SPACE}% interval, left out where too few stories or weeks allow none. Bars count ${view.item}s. Hatched: nothing was collected.${left}`;
    this.fillTable(unit);
  }

  // Events of the time drawn; those with most items in the days after them have a number.
  marked(from, to) {
    const near = (day) => this.first(this.base, day + NEAR + 1) - this.first(this.base, day);
    const events = this.columns.events.filter((event) => event.day >= from && event.day <= to).sort((a, b) => a.day - b.day);
    const most = events.map((event, place) => [near(event.day), place]).filter(([n]) => n).sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, MOST_EVENTS);
    const named = new Set(most.map(([, place]) => place));
    let number = 0;
    return events.map((event, place) => ({ ...event, number: named.has(place) ? (number += 1) : null }));
  }

  listEvents(marked) {
    const named = marked.filter((event) => event.number), others = marked.length - named.length;
    this.eventsList.replaceChildren(...named.map((event) => make("li", { text: `${event.name}, ${this.calendar.said(event.day)}` })));
    this.eventsList.hidden = !named.length;
    this.eventsNote.hidden = !others;
    this.eventsNote.textContent = `${named.length ? `Numbered: the events with most ${this.columns.views[this.state.view].item}s in the week after. ` : ""}Short ticks: ${counted(others, named.length ? "other event" : "event")}.`;
  }

  fillTable(unit) {
    const known = this.bins.filter((bin) => bin.n || bin.gap), body = make("tbody");
    const head = make("tr", {}, ...[capital(unit), "Share", "Interval", "Items"].map((text) => make("th", { scope: "col", text })));
    for (const bin of known) {
      const row = make("tr", {}, make("th", { scope: "row", text: bin.name }));
      if (bin.n) row.append(...[percent(bin.made.estimate), interval(bin.made), String(bin.n)].map((text) => make("td", { text })));
      else row.append(make("td", { colSpan: 3, text: "not collected" }));
      body.append(row);
    }
    this.timeTable.replaceChildren(make("thead", {}, head), body);
  }

  measureName() {
    if (this.state.word) return `“${this.state.word}”`;
    return this.columns.byKey.get(this.state.measure)?.name ?? "nothing measured";
  }

  who() {
    const { state, columns } = this;
    const all = this.outletsShown();
    if (!state.outlets) return `All ${counted(all.length, "outlet")} in ${columns.views[state.view].name}`;
    return all.length > 3 ? counted(all.length, "outlet") : all.map((place) => columns.outlets[place].name).join(", ") || "No outlet";
  }

  when() {
    const { period } = this.state;
    return period ? this.calendar.span(...period) : `${this.calendar.span(0, this.last)}`;
  }

  // What is shown, in a sentence: who, when, how much, of how many, and how sure.
  sentence(chosen) {
    const view = this.columns.views[this.state.view], made = this.estimator.mean(this.values, chosen, this.remembers());
    const who = `${this.who()}, ${this.when()}: `;
    if (this.state.word && this.words.how(this.state.view, this.state.word) === "unknown") return `${who}“${this.state.word}” is not among the words that are shared of this study. That is not zero: it cannot be told.`;
    if (!made.n) return `${who}no ${view.item} with a value; nothing to show.`;
    const kind = this.state.word ? "word" : this.columns.byKey.get(this.state.measure).kind;
    const each = kind === "word" || view.unit === "headline" && kind === "indicator" ? `in ${percent(made.estimate)} of ${counted(made.n, view.item)}` : `${kind === "topic" ? "is " : "in "}${percent(made.estimate)} of the ${kind === "topic" ? "words" : `${view.passage}s`}, on average over ${counted(made.n, view.item)}`;
    const sure = Number.isFinite(made.low) ? `, ${interval(made)}` : `; no interval: ${made.note}`;
    const note = Number.isFinite(made.low) && made.note ? ` (${made.note})` : "";
    const spoken = this.state.voice === "all" ? "" : ` (in ${VOICE_NAMES[this.state.voice]})`;
    return `${who}${this.measureName()}${spoken} ${each}${sure}.${note}`;
  }

  showRows(rows) {
    const order = rows.filter((row) => row.made.n || row.made.missing).sort((a, b) => b.made.estimate - a.made.estimate || b.made.n - a.made.n || (a.name < b.name ? -1 : 1));
    const most = nice(Math.min(1, Math.max(0.05, ...order.filter((row) => row.made.n >= FEW).map((row) => (Number.isFinite(row.made.high) ? row.made.high : row.made.estimate)))));
    const few = order.filter((row) => row.made.n < FEW), many = order.filter((row) => row.made.n >= FEW);
    this.fill(this.rowBody, many, most);
    this.fill(this.fewBody, few, most);
    this.rowScale.textContent = `0 to ${percent(most)}`;
    this.rowTable.hidden = !many.length;
    this.fewBox.hidden = !few.length;
    this.ownRules.hidden = this.state.period !== null || this.state.by === "measure" || order.length < 2 || !this.columns.shared?.includes(this.state.measure) || this.state.word !== "";
    this.fewSummary.textContent = `${few.length} more with fewer than ten ${this.columns.views[this.state.view].item}s each`;
    this.noRows.hidden = many.length > 0;
    this.noRows.textContent = few.length ? "None has ten or more in this choice." : "Nothing in this choice.";
  }

  fill(body, rows, most) {
    const nodes = rows.map((row) => this.rowNode(row, most));
    if (nodes.length !== body.children.length || nodes.some((node, place) => body.children[place] !== node)) body.replaceChildren(...nodes);
  }

  // A row is made once and then only changed: a window that moves makes no elements.
  rowNode(row, most) {
    let parts = this.rowNodes.get(row.key);
    if (!parts) {
      parts = { button: make("button", { type: "button", className: "name" }), line: make("span", { className: "interval" }), dot: make("span", { className: "dot" }) };
      parts.plot = make("div", { className: "plot" }, parts.line, parts.dot);
      [parts.share, parts.n] = [make("td", { className: "share" }), make("td", { className: "n" })];
      parts.row = make("tr", {}, make("th", { scope: "row" }, parts.button), make("td", { className: "drawn" }, parts.plot), parts.share, parts.n);
      parts.button.addEventListener("click", () => this.rowChosen(parts.key));
      this.rowNodes.set(row.key, parts);
    }
    parts.key = row.key;
    const { made } = row, place = (value) => `${(100 * Math.min(value, most)) / most}%`;
    if (parts.button.textContent !== row.name) parts.button.textContent = row.name;
    parts.dot.style.left = place(made.estimate);
    parts.dot.hidden = !made.n;
    parts.line.hidden = !Number.isFinite(made.low);
    if (!parts.line.hidden) {
      parts.line.style.left = place(made.low);
      parts.line.style.width = `${(100 * (Math.min(made.high, most) - Math.min(made.low, most))) / most}%`;
    }
    parts.share.textContent = made.n ? `${percent(made.estimate)} ${Number.isFinite(made.low) ? `(${interval(made)})` : ""}` : "–";
    parts.share.title = made.note;
    parts.n.textContent = String(made.n);
    return parts.row;
  }

  rowChosen(key) {
    const { columns, state } = this;
    if (state.by === "measure") return this.set({ measure: key, word: "", by: "outlet" });
    const mine = columns.outlets.flatMap((outlet, place) => ((state.by === "outlet" ? outlet.id === key : outlet.groups.some((one) => columns.groups[one] === key)) ? [place] : []));
    const already = state.outlets && state.outlets.size === mine.length && mine.every((place) => state.outlets.has(place));
    this.set({ outlets: already ? null : new Set(mine) });
    this.itemsTitle.scrollIntoView({ block: "nearest" });
  }

  showWords(chosen) {
    const { rows, sizes } = this.words.ranked(this.state.view, chosen, [this.base, this.rest], this.state.voice);
    const note = `Share of stories that hold a word, in this choice (${counted(sizes[0], "story", "stories")}) and in everything else in ${this.columns.views[this.state.view].name} (${sizes[1].toLocaleString("en")}), the largest difference first. Copies of a story count once. A description, not a test: which words are clear of chance is asked in the comparison notebook.`;
    const why = !sizes[1] ? "Everything is chosen: choose a period or some outlets, and this lists what stands out in them." : sizes[0] < FEWEST_STORIES ? "Fewer than three stories: too few to say which words stand out." : "No word stands out.";
    this.wordsNote.textContent = rows.length ? note : why;
    this.wordsTable.hidden = !rows.length;
    this.wordsBody.replaceChildren(...rows.map((row) => {
      const button = make("button", { type: "button", className: "name", text: this.words.shown(row.term), lang: this.columns.views[this.state.view].language });
      button.addEventListener("click", () => this.set({ word: this.words.shown(row.term) }));
      const sides = row.n.map((n, side) => make("td", { text: `${percent(n / sizes[side])} (${n})` }));
      return make("tr", {}, make("th", { scope: "row" }, button), ...sides, make("td", { className: "n", text: String(row.items) }));
    }));
  }

  showLines(chosen) {
    const { word, view } = this.state, texts = this.columns.texts;
    this.linesBox.hidden = !word || !texts;
    if (this.linesBox.hidden) return;
    const { lines, more } = this.words.lines(view, word, chosen), { language } = this.columns.views[view];
    this.linesNote.textContent = lines.length ? `${counted(lines.length, "line")} in which the word stands as written, or begins a longer one${more ? `; ${more} more are not shown` : ""}.` : "No line in which the word stands as written. Words are counted by their basic form, which a text may not use.";
    this.linesList.replaceChildren(...lines.map((line) => {
      const text = make("p", { className: "line", lang: language, dir: "auto" }, line.before, make("mark", { text: line.word }), line.after);
      return make("li", {}, this.about(line.item), text);
    }));
  }

  about(item) {
    const { columns } = this, day = columns.day[item];
    return make("span", { className: "about" }, make("bdi", { text: columns.outlets[columns.outlet[item]].name }), `, ${day === UNDATED ? "undated" : this.calendar.said(day)}`);
  }

  showItems(chosen) {
    const { columns } = this, view = columns.views[this.state.view];
    const known = withValue(this.values, chosen), has = known.filter((item) => this.values[item] > 0), holding = has.length;
    const listed = { length: known.length, first: [...has.subarray(0, this.shown)] };
    if (holding < this.shown) listed.first.push(...known.filter((item) => this.values[item] === 0).subarray(0, this.shown - holding));
    this.either = has.every((item) => this.values[item] === 1);
    this.itemsTitle.textContent = `The ${view.item}s behind it`;
    this.itemsNote.textContent = listed.length ? `${counted(listed.length, view.item)}; ${holding.toLocaleString("en")} with ${this.measureName()} first, each in the order of days.${listed.first.some((item) => columns.titles?.[item]) ? "" : " This study ships no headlines; the addresses lead to them."}` : `No ${view.item} in this choice.`;
    this.itemsList.replaceChildren(...listed.first.map((item) => this.item(item)));
    const left = listed.length - this.shown;
    this.moreItems.hidden = left <= 0;
    this.moreItems.textContent = `Show ${Math.min(left, PAGE)} more of ${left.toLocaleString("en")}`;
  }

  item(item) {
    const { columns } = this, title = columns.titles?.[item] ?? "", address = columns.address[item];
    const headline = title ? [make("span", { dir: "auto", text: title, lang: columns.views[columns.view[item]].language }), make("br")] : [];
    const host = /^https?:\/\/(?:www\.)?([^/?#]+)/i.exec(address)?.[1], record = /#(\d+)$/.exec(address)?.[1];
    const nowhere = make("span", { className: "note", text: record ? `no address; record ${record} of the archive's file` : "no address" });
    const link = host ? make("a", { href: address, rel: "noreferrer noopener nofollow", text: host }) : nowhere;
    const value = make("span", { className: "value", text: this.either ? (this.values[item] ? "yes" : "no") : percent(this.values[item]) });
    return make("li", {}, value, ...headline, this.about(item), ", ", link);
  }
}

export function mount(root, text, options) {
  const given = JSON.parse(text);
  if (given.items.n && given.measures.length) return new Explorer(root, new Columns(given), options);
  root.textContent = "This study has no item with a measure yet: there is nothing to explore.";
  return { close() {}, read() {} };
}

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    el.append(root);
    const explorer = mount(root, model.get("payload"), {
      state: model.get("state"),
      changed(state) {
        model.set("state", state);
        model.save_changes();
      },
    });
    const asked = () => model.get("state") !== explorer.written && explorer.read(model.get("state"));
    model.on("change:state", asked);
    return () => {
      model.off("change:state", asked);
      explorer.close();
    };
  },
};
