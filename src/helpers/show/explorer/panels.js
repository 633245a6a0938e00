// The parts of the explorer's page: controls, chart, tables and lists, and what the hand and the keys do to them.

const VOICE_NAMES = { all: "all words", outlet: "the outlet's own words", quoted: "quoted words" };
const KINDS = { indicator: "Frames, by their indicator words", topic: "Topics", frame: "Frames, as coded" };
const PAGE = 40; // items listed at a time
const WIDE = matchMedia("(min-width: 561px)"); // narrower, the choices fold away, so that the chart comes first

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// 22 to 63 %; a dash where there is none.
function interval(made) {
  if (!Number.isFinite(made.low)) return "–";
  return `${percent(made.low).replace(/\u00a0%$/, "")} to ${percent(made.high)}`;
}

class Panels {
  build() {
    this.chart = new TimeChart(this.calendar, this.id);
    this.summary = make("p", { className: "summary", role: "status", "aria-live": "polite" });
    this.root.classList.add("explorer");
    this.root.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the keys for its own commands
    this.root.replaceChildren(this.folded(this.controls()), this.summary, this.overTime(), this.levels(), this.wordList(), this.lineList(), this.itemList());
    this.root.explorer = this;
  }

  // On a narrow screen the choices stand folded; a wide one has them open and nothing to fold.
  folded(controls) {
    const box = make("details", { className: "choose", open: WIDE.matches }, make("summary", { text: "Choose" }), controls);
    this.widened = () => (box.open = WIDE.matches);
    WIDE.addEventListener("change", this.widened);
    return box;
  }

  labelled(text, control) {
    control.id = `${this.id}-${(this.labels = (this.labels ?? 0) + 1)}`;
    return make("div", { className: "choice" }, make("label", { htmlFor: control.id, text }), control);
  }

  select(text, changed) {
    const select = make("select");
    select.addEventListener("change", () => changed(select.value));
    return [this.labelled(text, select), select];
  }

  controls() {
    const box = make("div", { className: "choices", role: "group", "aria-label": "What to show" });
    const choices = {
      language: ["Language", (id) => this.set({ view: this.columns.views.findIndex((view) => view.id === id), outlets: null, word: "", measure: "" })],
      measure: ["Measure", (key) => key && this.set({ measure: key, word: "" })],
      voice: ["Words of", (voice) => this.set({ voice })],
      genre: ["Genre", (genre) => this.set({ genre: genre === "all" ? null : genre.slice(1) })],
      by: ["One row a", (by) => this.set({ by })],
      bins: ["One point a", (unit) => this.set({ unit })],
      event: ["Around an event", (day) => day && this.around(Number(day))],
    };
    this.selects = {};
    const made = Object.entries(choices).map(([name, [text, changed]]) => {
      const [label, select] = this.select(text, changed);
      this.selects[name] = select;
      if (["measure", "event"].includes(name)) label.classList.add("broad");
      return label;
    });
    this.word = make("input", { type: "search", autocomplete: "off", spellcheck: false, maxLength: 60, list: `${this.id}-words`, placeholder: "any word" });
    this.suggestions = make("datalist", { id: `${this.id}-words` });
    this.word.addEventListener("input", () => this.suggest());
    this.word.addEventListener("change", () => this.set({ word: this.word.value.trim() }));
    made.splice(2, 0, this.labelled("or a word of your own", this.word));
    [this.from, this.to] = [make("input", { type: "date" }), make("input", { type: "date" })];
    for (const input of [this.from, this.to]) input.addEventListener("change", () => this.typed());
    this.copies = make("input", { type: "checkbox" });
    this.copies.addEventListener("change", () => this.set({ originals: this.copies.checked }));
    this.whole = make("button", { type: "button", text: "Whole period" });
    this.whole.addEventListener("click", () => this.set({ period: null, zoomed: false }));
    this.zoom = make("button", { type: "button", text: "Zoom in" });
    this.zoom.addEventListener("click", () => this.set({ zoomed: !this.state.zoomed }));
    this.outletSummary = make("summary");
    this.outletBoxes = make("div", { className: "boxes" });
    const outlets = make("details", { className: "outlets" }, this.outletSummary, this.outletBoxes);
    const dates = make("div", { className: "dates" }, this.labelled("From", this.from), this.labelled("to", this.to), this.whole, this.zoom);
    const copies = this.labelled("Without copies", this.copies);
    copies.classList.add("tick");
    box.append(...made, copies, dates, outlets, this.suggestions);
    return box;
  }

  suggest() {
    const words = this.words.suggested(this.state.view, this.word.value);
    this.suggestions.replaceChildren(...words.map((value) => make("option", { value })));
  }

  typed() {
    const days = [this.from, this.to].map((input, place) => (input.value ? this.calendar.day(input.value) : place ? this.last : 0));
    const [from, to] = days.map((day) => Math.min(Math.max(day, 0), this.last));
    const whole = from === 0 && to === this.last;
    if (from <= to) this.set({ period: whole ? null : [from, to], zoomed: this.state.zoomed && !whole });
  }

  around(day) {
    const reach = this.columns.window_days ?? 14;
    this.set({ period: [Math.max(0, day), Math.min(this.last, day + reach)], zoomed: false });
  }

  fillControls(known) {
    const { state, columns, selects } = this, options = (entries, value) => entries.map(([key, text]) => make("option", { value: key, text, selected: key === value }));
    selects.language.replaceChildren(...options(columns.views.map((view) => [view.id, view.name]), columns.views[state.view].id));
    selects.language.parentElement.hidden = columns.views.length < 2;
    const kinds = [...new Set(known.map((measure) => measure.kind))];
    const own = state.word ? [make("option", { value: "", text: `the word “${state.word}”`, selected: true })] : [];
    selects.measure.replaceChildren(...own, ...kinds.map((kind) => make("optgroup", { label: KINDS[kind] ?? kind }, ...options(known.filter((one) => one.kind === kind).map((one) => [one.key, one.name]), state.word ? null : state.measure))));
    this.word.value = state.word;
    const voices = [...new Set(columns.measures.flatMap((measure) => Object.keys(measure.voices)))];
    selects.voice.replaceChildren(...options(Object.entries(VOICE_NAMES).filter(([voice]) => voices.includes(voice)), state.voice));
    selects.voice.parentElement.hidden = voices.length < 2;
    const genres = columns.genres.map((genre) => [`=${genre}`, genre || "news as usual"]);
    selects.genre.replaceChildren(...options([["all", "all"], ...genres], state.genre === null ? "all" : `=${state.genre}`));
    selects.genre.parentElement.hidden = genres.length < 2;
    selects.by.replaceChildren(...options([["outlet", "outlet"], ["group", "group of outlets"], ["measure", "measure"]], state.by));
    selects.bins.replaceChildren(...options([["auto", "fitting time"], ["day", "day"], ["week", "week"], ["month", "month"]], state.unit));
    selects.event.replaceChildren(make("option", { value: "", text: "–" }), ...options(columns.events.map((event) => [String(event.day), `${this.calendar.said(event.day)}: ${event.name}`])));
    selects.event.parentElement.hidden = !columns.events.length;
    for (const input of [this.from, this.to]) [input.min, input.max] = [this.calendar.iso(0), this.calendar.iso(this.last)];
    this.copies.checked = state.originals;
    this.copies.parentElement.hidden = !columns.copied.some((one) => one);
    this.fillOutlets();
  }

  fillOutlets() {
    const { state, columns } = this, sizes = new Map();
    for (const item of this.viewItems()) sizes.set(columns.outlet[item], (sizes.get(columns.outlet[item]) ?? 0) + 1);
    const places = [...sizes.keys()].sort((a, b) => a - b), chosen = places.filter((place) => state.outlets?.has(place));
    this.outletSummary.textContent = state.outlets ? `Outlets: ${chosen.length} of ${places.length}` : `Outlets: all ${places.length}`;
    const all = make("button", { type: "button", text: "All" });
    all.addEventListener("click", () => this.set({ outlets: null }));
    const [group, select] = this.select("A group", (name) => name && this.set({ outlets: new Set(places.filter((place) => columns.outlets[place].groups.some((one) => columns.groups[one] === name))) }));
    const names = [...new Set(places.flatMap((place) => columns.outlets[place].groups))].sort((a, b) => a - b).map((one) => columns.groups[one]);
    select.append(make("option", { value: "", text: "–" }), ...names.map((name) => make("option", { value: name, text: name })));
    const held = this.outletBoxes.contains(document.activeElement) ? document.activeElement.value : null;
    this.outletBoxes.replaceChildren(make("div", { className: "group" }, all, group), ...places.map((place) => {
      const box = make("input", { type: "checkbox", value: String(place), checked: !state.outlets || state.outlets.has(place) });
      box.addEventListener("change", () => this.ticked(place, box.checked, places));
      return make("label", { className: "outlet" }, box, make("bdi", { text: columns.outlets[place].name }), ` ${sizes.get(place)}`);
    }));
    if (held !== null) [...this.outletBoxes.querySelectorAll("input")].find((box) => box.value === held)?.focus();
  }

  ticked(place, on, places) {
    const chosen = new Set(this.state.outlets ?? (on ? [] : places));
    if (on) chosen.add(place);
    else chosen.delete(place);
    this.set({ outlets: chosen.size === 0 || places.every((one) => chosen.has(one)) ? null : chosen });
  }

  section(title, ...inside) {
    title.id = `${this.id}-${(this.labels = (this.labels ?? 0) + 1)}`;
    return make("section", { "aria-labelledby": title.id }, title, ...inside);
  }

  overTime() {
    this.chartTitle = make("h2");
    this.chartBox = make("div", { className: "chart", tabIndex: 0, role: "group" }, this.chart.svg);
    this.chartBox.setAttribute("aria-label", "Chart over time. Left and right move from point to point, with Shift they choose a period, Enter chooses one point, Escape the whole period. The same as a table below.");
    this.readout = make("p", { className: "readout", role: "status", "aria-live": "polite" });
    this.readout.textContent = "Drag over the chart to choose a period; click a point to reach what is behind it.";
    this.chartNote = make("p", { className: "note" });
    this.eventsList = make("ol", { className: "numbered" });
    this.eventsNote = make("p", { className: "note" });
    this.timeTable = make("table");
    const table = make("details", { className: "astable" }, make("summary", { text: "The same as a table" }), make("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Shares over time" }, this.timeTable));
    this.chartBox.addEventListener("pointerdown", (event) => this.grabbed(event));
    this.chartBox.addEventListener("pointermove", (event) => this.dragged(event));
    this.chartBox.addEventListener("pointerup", () => (this.anchor = null));
    this.chartBox.addEventListener("pointercancel", () => (this.anchor = null));
    this.chartBox.addEventListener("keydown", (event) => this.pressed(event));
    return this.section(this.chartTitle, this.chartBox, this.readout, this.eventsList, this.eventsNote, this.chartNote, table);
  }

  grabbed(event) {
    if (event.button !== 0 || !this.bins.length) return;
    try {
      this.chartBox.setPointerCapture(event.pointerId);
    } catch (error) {
      if (error.name !== "NotFoundError") throw error; // the pointer is gone already: nothing to hold
    }
    this.anchor = this.chart.at(event.clientX);
    const bin = this.bins[this.anchor], { period } = this.state;
    if (!this.state.zoomed && period && period[0] === bin.from && period[1] === bin.to) this.choosePeriod(null);
    else this.choosePeriod(this.anchor, this.anchor);
  }

  dragged(event) {
    if (!this.bins.length) return;
    const at = this.chart.at(event.clientX);
    if (this.anchor !== null && this.anchor !== undefined && event.buttons) this.choosePeriod(this.anchor, at);
    else if (at !== this.cursor) this.point(at);
  }

  choosePeriod(one, two) {
    if (one === null) this.state.period = null;
    else {
      const [low, high] = [Math.min(one, two), Math.max(one, two)];
      this.state.period = [this.bins[low].from, this.bins[high].to];
      this.point(two);
    }
    if (this.state.zoomed) this.state.zoomed = false;
    this.shown = PAGE;
    this.soon();
  }

  point(at) {
    this.cursor = at;
    const bin = this.bins[at], view = this.columns.views[this.state.view];
    const collected = bin.gap ? "not collected" : `${Math.round((100 * bin.days) / bin.possible)}${SPACE}% of the outlets' days collected`;
    const value = bin.n ? `${percent(bin.made.estimate)} of ${counted(bin.n, view.item)}${Number.isFinite(bin.made.low) ? `, ${interval(bin.made)}` : `; no interval: ${bin.made.note}`}; ` : bin.gap ? "" : `no ${view.item}; `;
    const events = this.columns.events.filter((event) => event.day >= bin.from && event.day <= bin.to).map((event) => event.name);
    this.readout.textContent = `${capital(bin.name)}: ${value}${collected}${events.length ? `. ${events.slice(0, 3).join("; ")}${events.length > 3 ? ` and ${events.length - 3} more` : ""}` : ""}.`;
    this.chart.show(this.state.period, this.cursor);
  }

  pressed(event) {
    const last = this.bins.length - 1, step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const before = this.cursor < 0 ? (step > 0 ? -1 : last + 1) : this.cursor, at = Math.min(Math.max(before + step, 0), last);
      if (event.shiftKey) {
        this.start ??= this.cursor < 0 ? at : this.cursor;
        this.choosePeriod(this.start, at);
      } else {
        this.start = null;
        this.point(at);
      }
    } else if (event.key === "Enter" && this.cursor >= 0) this.choosePeriod(this.cursor, this.cursor);
    else if (event.key === "Escape") this.choosePeriod(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  levels() {
    this.rowScale = make("span");
    this.rowBody = make("tbody");
    this.fewBody = make("tbody");
    const classes = ["", "drawn", "share", "n"];
    const head = (scale) => make("thead", {}, make("tr", {}, ...["Name", scale, "Share (interval)", "n"].map((text, place) => make("th", { scope: "col", className: classes[place] }, text))));
    this.rowTable = make("table", { className: "rows" }, head(this.rowScale), this.rowBody);
    this.fewSummary = make("summary");
    this.fewBox = make("details", {}, this.fewSummary, make("table", { className: "rows" }, head("on the same scale"), this.fewBody));
    this.noRows = make("p", { className: "note" });
    this.ownRules = make("p", { text: "Whole period, each outlet by its own rule; the report compares on shared days." });
    const note = (this.levelsNote = make("p", { className: "note" }));
    return (this.levelsBox = this.section(make("h2", { text: "Side by side" }), this.ownRules, this.noRows, this.rowTable, this.fewBox, note));
  }

  wordList() {
    this.wordsNote = make("p", { className: "note" });
    this.wordsBody = make("tbody");
    const head = make("thead", {}, make("tr", {}, ...["Word", "Here (stories)", "Elsewhere (stories)", "Items here"].map((text, place) => make("th", { scope: "col", className: place === 3 ? "n" : "", text }))));
    this.wordsTable = make("table", { className: "words" }, head, this.wordsBody);
    const left = this.columns.terms.dropped ? [make("p", { className: "note", text: `Words of fewer than ${this.columns.terms.least} items are left out, ${this.columns.terms.dropped.toLocaleString("en")} in all.` })] : [];
    return this.section(make("h2", { text: "Words that stand out" }), this.wordsNote, this.wordsTable, ...left);
  }

  lineList() {
    this.linesNote = make("p", { className: "note" });
    this.linesList = make("ul", { className: "lines" });
    return (this.linesBox = this.section(make("h2", { text: "In context" }), this.linesNote, this.linesList));
  }

  itemList() {
    this.itemsTitle = make("h2");
    this.itemsNote = make("p", { className: "note" });
    this.itemsList = make("ol", { className: "items" });
    this.moreItems = make("button", { type: "button" });
    this.moreItems.addEventListener("click", () => {
      this.shown += PAGE;
      this.showItems(this.within(this.base));
    });
    return this.section(this.itemsTitle, this.itemsNote, this.itemsList, this.moreItems);
  }
}

