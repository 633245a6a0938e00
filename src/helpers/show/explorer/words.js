// Words: in which items one stands, which stand out in a choice, and the lines in which one is used.

const VOICES = { all: 3, outlet: 1, quoted: 2 };
const FEWEST_STORIES = 3; // stories of a choice that must hold a word before it is listed
const MOST_LINES = 200;

class Words {
  constructor(columns) {
    this.columns = columns;
    this.terms = columns.terms;
    this.places = columns.views.map(() => new Map());
    this.terms.term.forEach((term, place) => this.places[this.terms.view[place]].set(term, place));
    this.side = new Uint8Array(columns.n);
    this.stamp = [0, 1].map(() => new Uint32Array(columns.storySize.length));
    this.turn = 0;
  }

  shown(term) {
    return this.terms.name[term] ?? term;
  }

  size(place) {
    return this.terms.from[place + 1] - this.terms.from[place];
  }

  // The place of a word among the terms of a view; undefined where it is none.
  place(view, word) {
    const asked = word.trim().toLowerCase(), places = this.places[view];
    if (places.has(asked)) return places.get(asked);
    for (const [term, name] of Object.entries(this.terms.name)) {
      if (name.toLowerCase() === asked || term.toLowerCase() === asked) return places.get(term);
    }
    return undefined;
  }

  // Terms of a view that begin as somebody has begun to write, those of most items first.
  suggested(view, begun, most = 12) {
    const asked = begun.trim().toLowerCase();
    if (!asked) return [];
    const fitting = [];
    for (const [term, place] of this.places[view]) {
      if (this.shown(term).toLowerCase().startsWith(asked)) fitting.push([this.size(place), this.shown(term)]);
    }
    return fitting.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1)).slice(0, most).map(([, term]) => term);
  }

  // How a word is counted: by its term, as it is written in the texts, or not at all.
  how(view, word) {
    if (this.place(view, word) !== undefined) return "counted";
    return this.columns.texts ? "written" : "unknown";
  }

  // 1 for each item of the voice that holds the word, 0 for the others, nan for items without that voice.
  values(view, word, voice) {
    const values = new Float64Array(this.columns.n).fill(NaN), bits = VOICES[voice];
    for (let item = 0; item < values.length; item++) if (this.columns.voiced[item] & bits) values[item] = 0;
    const place = this.place(view, word);
    if (place !== undefined) {
      const { from, item, said } = this.terms;
      for (let at = from[place]; at < from[place + 1]; at++) if (said[at] & bits) values[item[at]] = 1;
    } else if (this.columns.texts) {
      const { item, text } = this.columns.texts, pattern = this.pattern(view, word);
      values.fill(0);
      text.forEach((one, at) => one.search(pattern) >= 0 && (values[item[at]] = 1));
    }
    return values;
  }

  // A word as it is written, wherever a word begins; anywhere in languages that part no words.
  pattern(view, word) {
    const plain = word.trim().replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    const whole = ["zh", "ja"].includes(this.columns.views[view].language) ? plain : `(?<![\\p{L}\\p{N}])${plain}`;
    return new RegExp(whole, "giu");
  }

  // How many stories the choice has, and the rest.
  stories() {
    const sizes = [0, 0], { story } = this.columns;
    this.turn += 1;
    for (let item = 0; item < this.side.length; item++) {
      const one = this.side[item] - 1;
      if (one < 0 || this.stamp[one][story[item]] === this.turn) continue;
      this.stamp[one][story[item]] = this.turn;
      sizes[one] += 1;
    }
    return sizes;
  }

  // Terms whose share of stories is larger in the choice than in the rest (lists of items), the largest difference first.
  ranked(view, chosen, rest, voice, most = 20) {
    const bits = VOICES[voice], { from, item, said, term } = this.terms, { story } = this.columns;
    const { side } = this;
    side.fill(0);
    for (const rows of rest) for (let place = 0; place < rows.length; place++) side[rows[place]] = 2;
    for (let place = 0; place < chosen.length; place++) side[chosen[place]] = 1;
    const sizes = this.stories();
    const rows = [];
    if (sizes[0] < FEWEST_STORIES || !sizes[1]) return { rows, sizes };
    for (const place of this.places[view].values()) {
      if (!this.terms.content[place]) continue;
      this.turn += 1;
      const n = [0, 0];
      let items = 0;
      for (let at = from[place]; at < from[place + 1]; at++) {
        const one = side[item[at]] - 1;
        if (one < 0 || !(said[at] & bits)) continue;
        if (one === 0) items += 1;
        if (this.stamp[one][story[item[at]]] === this.turn) continue;
        this.stamp[one][story[item[at]]] = this.turn;
        n[one] += 1;
      }
      if (n[0] < FEWEST_STORIES) continue;
      const more = n[0] / sizes[0] - n[1] / sizes[1];
      if (more > 0) rows.push({ term: term[place], items, n, more });
    }
    rows.sort((a, b) => b.more - a.more || (a.term < b.term ? -1 : 1));
    return { rows: rows.slice(0, most), sizes };
  }

  // Lines of some items in which a word is used, with what stands before and after; items in their order.
  lines(view, word, rows, around = 60) {
    const lines = [], { item, text } = this.columns.texts, wanted = new Set(rows), pattern = this.pattern(view, word);
    let more = 0;
    for (let at = 0; at < text.length; at++) {
      if (!wanted.has(item[at])) continue;
      for (const match of text[at].matchAll(pattern)) {
        if (lines.length === MOST_LINES) more += 1;
        else {
          const end = match.index + match[0].length;
          const rest = /^[\p{L}\p{N}]*/u.exec(text[at].slice(end))[0].length;
          const stop = ["zh", "ja"].includes(this.columns.views[view].language) ? end : end + rest;
          lines.push({
            item: item[at],
            before: text[at].slice(Math.max(0, match.index - around), match.index),
            word: text[at].slice(match.index, stop),
            after: text[at].slice(stop, stop + around),
          });
        }
      }
    }
    return { lines, more };
  }
}
