// A desk for coders: one passage, the codebook beside it, keys and mouse. Nothing is kept here: every judgement goes to
// the kernel, and the next passage shows when the kernel has saved it. All text is set as text, never as markup.

const SLOW = 6000; // milliseconds without an answer until the coder is told

function make(kind, name, text) {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Python counts code points, the browser UTF-16 units: every offset that leaves this file is in code points.
const points = (text) => Array.from(text);

function keyOf(event) {
  if (event.key === "Enter" || event.key === "Escape" || event.key === "?") return event.key;
  if (/^[0-9a-zA-Z]$/.test(event.key)) return event.key.toLowerCase();
  const place = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code); // another script's layout: the key's place counts
  return place ? place[1].toLowerCase() : "";
}

class Desk {
  constructor(model, el) {
    this.model = model;
    this.root = make("div", "frames-desk");
    this.root.tabIndex = 0;
    this.root.dataset.lmSuppressShortcuts = "true"; // or JupyterLab takes the keys for its own commands
    this.seen = new Map();
    this.busy = false;
    this.about = null;
    el.appendChild(this.root);
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    this.changed = () => this.show();
    model.on("change:shown", this.changed);
    this.show();
  }

  close() {
    this.model.off("change:shown", this.changed);
    clearTimeout(this.timer);
  }

  show() {
    const before = this.card;
    this.card = this.model.get("shown");
    this.busy = false;
    clearTimeout(this.timer);
    if (!before || !this.card.keep) this.seen = new Map();
    if (!this.asked().some((frame) => frame.code === this.about)) this.about = this.asked()[0]?.code ?? null;
    this.draw();
  }

  asked() {
    const wanted = new Set(this.card.asked);
    return this.model.get("frames").filter((frame) => wanted.has(frame.code));
  }

  draw() {
    const held = this.root.contains(document.activeElement);
    this.root.replaceChildren(this.head());
    if (this.card.id === "") this.root.append(make("p", "end", this.card.total ? "All passages are judged. Thank you." : "There is nothing to judge."));
    else this.root.append(this.body(), this.foot());
    this.note = make("p", "note", this.card.notice);
    this.note.setAttribute("role", "status");
    this.root.append(this.note);
    if (held) this.root.focus({ preventScroll: true });
  }

  head() {
    const head = make("div", "head");
    const bar = make("progress");
    bar.max = Math.max(this.card.total, 1);
    bar.value = this.card.done;
    head.append(bar, make("span", "count", `${this.card.done} of ${this.card.total} judged`));
    const undo = make("button", "undo", "Undo (u)");
    undo.disabled = !this.card.done;
    undo.addEventListener("click", () => this.undo());
    head.append(undo, make("span", "hint", "Click here, then press keys"));
    return head;
  }

  body() {
    const body = make("div", "body");
    const left = make("div", "left");
    if (this.card.before) left.append(this.context(this.card.before));
    if (this.card.quoted) left.append(make("span", "voice", "quoted speech"));
    this.passage = make("div", "passage");
    this.passage.dir = "auto";
    this.passage.lang = this.card.language;
    this.fill();
    left.append(this.passage);
    if (this.card.after) left.append(this.context(this.card.after));
    this.list = make("div", "list");
    this.panel = make("div", "panel");
    const right = make("div", "right");
    right.append(this.list, this.panel);
    this.rows();
    this.explain();
    left.addEventListener("mouseup", () => this.root.focus({ preventScroll: true }));
    body.append(left, right);
    return body;
  }

  context(text) {
    const made = make("div", "context", text);
    made.dir = "auto";
    made.lang = this.card.language;
    return made;
  }

  // The passage in pieces, those that show a frame marked with the frame's key.
  fill() {
    const text = points(this.card.text);
    const spans = [...this.seen].filter(([, span]) => span);
    const cuts = [...new Set([0, text.length, ...spans.flatMap(([, span]) => span)])].sort((a, b) => a - b);
    const keys = new Map(this.asked().map((frame) => [frame.code, frame.key]));
    this.passage.replaceChildren(
      ...cuts.slice(0, -1).map((start, place) => {
        const end = cuts[place + 1];
        const over = spans.filter(([, span]) => span[0] <= start && end <= span[1]);
        const piece = make(over.length ? "mark" : "span", "", text.slice(start, end).join(""));
        const last = over.filter(([, span]) => span[1] === end).map(([code]) => keys.get(code));
        if (last.length) piece.dataset.keys = last.join(" ");
        return piece;
      }),
    );
  }

  rows() {
    this.list.replaceChildren(
      ...this.asked().map((frame) => {
        const row = make("button", "frame");
        row.setAttribute("aria-pressed", String(this.seen.has(frame.code)));
        row.append(make("kbd", "", frame.key), make("span", "name", frame.name));
        this.card.others.forEach((other) => row.append(make("span", "other", `${other.name}: ${other.said[frame.code]}`)));
        row.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the words that are selected
        row.addEventListener("mouseenter", () => this.explain(frame.code));
        row.addEventListener("click", () => this.toggle(frame.code));
        return row;
      }),
    );
  }

  explain(code = this.about) {
    this.about = code;
    const frame = this.asked().find((one) => one.code === code);
    this.panel.replaceChildren();
    if (!frame) return;
    this.panel.append(make("h4", "", frame.name));
    const told = make("dl");
    for (const [part, text] of Object.entries(frame.definition)) told.append(make("dt", "", part), make("dd", "", text));
    this.panel.append(told);
    for (const [title, lines] of frame.rules) this.panel.append(this.lines(title, lines));
    for (const [title, lines] of frame.examples[this.card.language] ?? []) this.panel.append(this.lines(title, lines));
  }

  lines(title, texts) {
    const block = make("div", "rule");
    const list = make("ul");
    texts.forEach((text) => list.append(make("li", "", text)));
    block.append(make("h5", "", title), list);
    return block;
  }

  foot() {
    const foot = make("div", "foot");
    this.saving = make("button", "save");
    this.saving.addEventListener("click", () => this.save());
    const unsure = make("button", "unsure", "Can't tell (0)");
    unsure.addEventListener("click", () => this.save(true));
    foot.append(this.saving, unsure, make("span", "keys", "key: frame seen or not · select words first to mark them · Esc: clear"));
    this.name();
    return foot;
  }

  name() {
    const n = this.seen.size;
    this.saving.textContent = n ? `Save ${n} ${n > 1 ? "frames" : "frame"} (Enter)` : "Save: none of these (Enter)";
  }

  // What is selected of the passage, from and to in code points, without white space at its ends; null if nothing is.
  selected() {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.passage)) return null;
    const upTo = (node, place, otherwise) => {
      if (!this.passage.contains(node)) return otherwise;
      const before = document.createRange();
      before.selectNodeContents(this.passage);
      before.setEnd(node, place);
      return points(before.toString()).length;
    };
    const text = points(this.card.text);
    let start = upTo(range.startContainer, range.startOffset, 0);
    let end = upTo(range.endContainer, range.endOffset, text.length);
    while (start < end && !text[start].trim()) start += 1;
    while (start < end && !text[end - 1].trim()) end -= 1;
    return start < end ? [start, end] : null;
  }

  toggle(code) {
    if (this.busy) return;
    const span = this.selected();
    if (span) this.seen.set(code, span);
    else if (this.seen.has(code)) this.seen.delete(code);
    else this.seen.set(code, null);
    document.getSelection().removeAllRanges();
    this.changedHere(code);
  }

  changedHere(code) {
    this.fill();
    this.rows();
    this.explain(code);
    this.name();
    this.root.focus({ preventScroll: true });
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = keyOf(event);
    if (!key) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat || this.busy) return;
    if (key === "u") this.undo();
    else if (this.card.id === "") return;
    else if (key === "Enter") this.save();
    else if (key === "0" || key === "?") this.save(true);
    else if (key === "Escape") {
      this.seen = new Map();
      document.getSelection().removeAllRanges();
      this.changedHere(this.about);
    } else {
      const frame = this.asked().find((one) => one.key === key);
      if (frame) this.toggle(frame.code);
    }
  }

  save(unsure = false) {
    this.send({ kind: "save", seen: unsure ? {} : Object.fromEntries(this.seen), unsure });
  }

  undo() {
    if (this.card.done) this.send({ kind: "undo" });
  }

  send(content) {
    if (this.busy) return;
    this.busy = true;
    this.model.send({ ...content, turn: this.card.turn });
    this.note.textContent = "Saving …";
    this.timer = setTimeout(() => {
      this.busy = false;
      this.note.textContent = "The kernel does not answer: this passage is not saved. Restart the kernel, run the cell again and go on here.";
    }, SLOW);
  }
}

function render({ model, el }) {
  const desk = new Desk(model, el);
  return () => desk.close();
}

export default { render };
