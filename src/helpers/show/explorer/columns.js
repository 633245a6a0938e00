// The study as the page got it: packed columns to typed arrays, and what follows from them.

const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f64: Float64Array };
const UNDATED = 0xffffffff;

function unpacked(column) {
  if (column.v) {
    const values = unpacked(column.v), codes = unpacked(column.c);
    return Float64Array.from(codes, (code) => values[code]);
  }
  const text = atob(column.b), bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) bytes[place] = text.charCodeAt(place);
  return new TYPES[column.t](bytes.buffer);
}

// Codes of the pairs of clusters that occur together.
function crossed(one, two) {
  const pairs = new Map(), codes = new Uint32Array(one.length), most = 2 ** 26;
  for (let item = 0; item < one.length; item++) {
    const pair = one[item] * most + two[item];
    if (!pairs.has(pair)) pairs.set(pair, pairs.size);
    codes[item] = pairs.get(pair);
  }
  return codes;
}

class Columns {
  constructor(given) {
    Object.assign(this, given);
    const items = given.items;
    this.n = items.n;
    for (const name of ["view", "outlet", "day", "story", "week", "copied", "genre"]) this[name] = unpacked(items[name]);
    this.dated = this.day.findIndex((day) => day === UNDATED);
    if (this.dated < 0) this.dated = this.n;
    const stories = this.story.reduce((most, one) => Math.max(most, one), 0) + 1;
    [this.storySize, this.storySum, this.storySeen] = [new Uint32Array(stories), new Float64Array(stories), new Uint32Array(stories)];
    this.both = crossed(this.story, this.week);
    this.address = items.address;
    this.titles = items.title;
    this.observed = given.outlets.map((outlet) => this.days(outlet.observed));
    this.seen = Uint8Array.from(this.day, (day, item) => (day === UNDATED ? 0 : this.observed[this.outlet[item]][day]));
    this.values = new Map();
    this.byKey = new Map(given.measures.map((measure) => [measure.key, measure]));
    const terms = given.terms;
    this.terms = { ...terms, view: unpacked(terms.view), item: unpacked(terms.item), said: unpacked(terms.said), content: unpacked(terms.content) };
    this.voiced = unpacked(terms.voiced);
    const sizes = unpacked(terms.n);
    this.terms.from = new Uint32Array(sizes.length + 1);
    sizes.forEach((size, place) => (this.terms.from[place + 1] = this.terms.from[place] + size));
    this.texts = given.passages && { item: unpacked(given.passages.item), text: given.passages.text };
  }

  // 1 for each day on which an outlet was collected, from the days on which that changed.
  days(turns) {
    const days = new Uint8Array(this.n_days);
    for (let turn = 0; turn < turns.length; turn += 2) days.fill(1, turns[turn], turns[turn + 1]);
    return days;
  }

  // The values of a measure in a voice; nan where an item has none.
  measured(key, voice) {
    const name = `${key} ${voice}`;
    if (!this.values.has(name)) {
      const column = this.byKey.get(key)?.voices[voice];
      this.values.set(name, column ? unpacked(column) : new Float64Array(this.n).fill(NaN));
    }
    return this.values.get(name);
  }
}
