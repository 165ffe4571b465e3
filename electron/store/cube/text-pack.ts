import { isOneTypo, isOneTypoText } from './edit-distance';
import { itemsOf, type Posting, postingSteps, unionOf } from './posting';
import { atOnce, type Steps } from './steps';

/** Stands before, between and after the texts; no name contains it. */
const MARK = '\n';

const TEXTS_PER_PART = 4_096;
const WIDE = /[\ud800-\udfff]/;

/**
 * What a pack keeps besides its texts: who has a character (for texts of many different ones, as Han names), who
 * begins with two letters (for pinyin), or nothing.
 */
type Lookup = 'characters' | 'beginnings' | 'none';

const UNITS = 65_536;
/** Beginnings: 0 the end, 1–26 a letter, 27 anything else. */
const LETTERS = 28;
const letterOf = (unit: number): number => {
  if (Number.isNaN(unit)) return 0;
  return unit >= 97 && unit <= 122 ? unit - 96 : LETTERS - 1;
};

/** Collects texts a few at a time, so that no single step of a large build takes long. */
export class TextPackBuilder {
  private parts: string[] = [];
  private recent: string[] = [];
  private starts = new Uint32Array(TEXTS_PER_PART);
  private readonly wide: number[] = [];
  private count = 0;
  private at = 1;
  private readonly lookup: Lookup;

  constructor(lookup: Lookup) {
    this.lookup = lookup;
  }

  add(text: string): void {
    if (this.count + 1 >= this.starts.length) {
      const wider = new Uint32Array(this.starts.length * 2);
      wider.set(this.starts);
      this.starts = wider;
    }
    if (WIDE.test(text)) this.wide.push(this.count);
    this.starts[this.count++] = this.at;
    this.at += text.length + 1;
    this.recent.push(text);
    if (this.recent.length < TEXTS_PER_PART) return;
    this.parts.push(this.recent.join(MARK));
    this.recent = [];
  }

  build(): TextPack {
    return atOnce(this.steps());
  }

  /** As build, with pauses. */
  *steps(): Steps<TextPack> {
    this.starts[this.count] = this.at;
    const parts = this.recent.length === 0 ? this.parts : [...this.parts, this.recent.join(MARK)];
    const all = MARK + parts.join(MARK) + MARK;
    const starts = this.starts.slice(0, this.count + 1);
    yield;
    const lookup = this.count === 0 ? 'none' : this.lookup;
    return new TextPack({
      all,
      starts,
      wide: this.wide,
      characters: lookup === 'characters' ? yield* postCharacters(all, starts) : undefined,
      beginnings: lookup === 'beginnings' ? yield* postBeginnings(all, starts) : undefined,
    });
  }
}

function postCharacters(all: string, starts: Uint32Array): Steps<Posting> {
  return postingSteps(starts.length - 1, UNITS, (i, tell) => {
    const end = (starts[i + 1] ?? 0) - 1;
    for (let at = starts[i] ?? 0; at < end; at++) tell(all.charCodeAt(at));
  });
}

function postBeginnings(all: string, starts: Uint32Array): Steps<Posting> {
  return postingSteps(starts.length - 1, LETTERS * LETTERS, (i, tell) => {
    const from = starts[i] ?? 0;
    const length = (starts[i + 1] ?? 0) - 1 - from;
    const unit = (k: number) => (k < length ? all.charCodeAt(from + k) : Number.NaN);
    tell(LETTERS * letterOf(unit(0)) + letterOf(unit(1)));
  });
}

/**
 * Many short texts as one flat string, at a few bytes a text. Numbered from 0 in the given order. Without a look-up
 * the runtime's own substring search runs over all of them, a few milliseconds a million characters.
 */
export class TextPack {
  private readonly all: string;
  /** Position of each text's first character, and one behind the last mark. */
  private readonly starts: Uint32Array;
  /** Texts with characters beyond the basic plane: compared by code point. */
  private readonly wide: ReadonlySet<number>;
  private readonly characters: Posting | undefined;
  private readonly beginnings: Posting | undefined;
  readonly count: number;

  constructor(parts: {
    readonly all: string;
    readonly starts: Uint32Array;
    readonly wide: readonly number[];
    readonly characters: Posting | undefined;
    readonly beginnings: Posting | undefined;
  }) {
    this.all = parts.all;
    this.starts = parts.starts;
    this.wide = new Set(parts.wide);
    this.count = parts.starts.length - 1;
    this.characters = parts.characters;
    this.beginnings = parts.beginnings;
  }

  static of(texts: readonly string[], lookup: Lookup = 'none'): TextPack {
    const builder = new TextPackBuilder(lookup);
    for (const text of texts) builder.add(text);
    return builder.build();
  }

  text(i: number): string {
    return this.all.slice(this.starts[i], (this.starts[i + 1] ?? 0) - 1);
  }

  /** Number of the text that holds the character at a position. */
  private numberAt(position: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private eachHit(needle: string, shift: number, tell: (i: number, at: number) => void): void {
    let at = this.all.indexOf(needle);
    while (at >= 0) {
      const i = this.numberAt(at + shift);
      tell(i, at + shift - (this.starts[i] ?? 0));
      at = this.all.indexOf(needle, (this.starts[i + 1] ?? 0) - 1);
    }
  }

  /** Texts that have a unit, fewest of those of the text; undefined where nothing tells. */
  private withRarest(text: string): Uint32Array | undefined {
    const { characters } = this;
    if (characters === undefined) return undefined;
    let best: Uint32Array | undefined;
    for (let k = 0; k < text.length; k++) {
      const those = itemsOf(characters, text.charCodeAt(k));
      if (best === undefined || those.length < best.length) best = those;
    }
    return best;
  }

  /** Texts that may begin with the text, by its first two letters. */
  private beginningLike(text: string): Uint32Array | undefined {
    if (this.beginnings === undefined || text === '') return undefined;
    const first = LETTERS * letterOf(text.charCodeAt(0));
    if (text.length === 1) return itemsOf(this.beginnings, first, first + LETTERS);
    return itemsOf(this.beginnings, first + letterOf(text.charCodeAt(1)));
  }

  private isAt(position: number, text: string): boolean {
    for (let k = 0; k < text.length; k++)
      if (this.all.charCodeAt(position + k) !== text.charCodeAt(k)) return false;
    return true;
  }

  private lengthOf(i: number): number {
    return (this.starts[i + 1] ?? 0) - 1 - (this.starts[i] ?? 0);
  }

  eachEqual(text: string, tell: (i: number) => void): void {
    if (text.includes(MARK)) return;
    const some = this.withRarest(text) ?? this.beginningLike(text);
    if (some === undefined) this.eachHit(MARK + text + MARK, 1, tell);
    for (const i of some ?? [])
      if (this.lengthOf(i) === text.length && this.isAt(this.starts[i] ?? 0, text)) tell(i);
  }

  eachPrefix(text: string, tell: (i: number) => void): void {
    if (text.includes(MARK)) return;
    const some = this.withRarest(text) ?? this.beginningLike(text);
    if (some === undefined) this.eachHit(MARK + text, 1, tell);
    // The mark behind a text ends the comparison.
    for (const i of some ?? []) if (this.isAt(this.starts[i] ?? 0, text)) tell(i);
  }

  /** `at` is the position of the first occurrence within the text, in UTF-16 units. */
  eachContaining(text: string, tell: (i: number, at: number, isWhole: boolean) => void): void {
    if (text === '' || text.includes(MARK)) return;
    const told = (i: number, at: number) =>
      tell(i, at, at === 0 && this.lengthOf(i) === text.length);
    const some = this.withRarest(text);
    if (some === undefined) this.eachHit(text, 0, told);
    for (const i of some ?? []) {
      const from = this.starts[i] ?? 0;
      const last = this.lengthOf(i) - text.length;
      let at = 0;
      while (at <= last && !this.isAt(from + at, text)) at++;
      if (at <= last) told(i, at);
    }
  }

  /**
   * Texts that may be one typo away: whatever the typo, of two typed characters one is still there. Undefined
   * where every text has to be looked at.
   */
  private nearlyHaving(text: string): Uint32Array | undefined {
    if (this.characters === undefined) return undefined;
    const [rarest, second] = [...text]
      .map((character) => this.withRarest(character) ?? new Uint32Array(0))
      .sort((a, b) => a.length - b.length);
    return rarest === undefined || second === undefined ? undefined : unionOf(rarest, second);
  }

  private isTypo(text: string, i: number): boolean {
    if (WIDE.test(text) || this.wide.has(i)) return isOneTypoText(text, this.text(i));
    const from = this.starts[i] ?? 0;
    return isOneTypo(
      text.length,
      this.lengthOf(i),
      (k) => text.charCodeAt(k),
      (k) => this.all.charCodeAt(from + k),
    );
  }

  /** Texts within one typo of the given one, itself included. */
  eachTypo(text: string, tell: (i: number) => void): void {
    const some = this.nearlyHaving(text);
    if (some === undefined) this.eachTypoOfAll(text, tell);
    for (const i of some ?? []) if (this.isTypo(text, i)) tell(i);
  }

  private eachTypoOfAll(text: string, tell: (i: number) => void): void {
    const { all, starts } = this;
    const isWide = WIDE.test(text);
    if (!isWide) {
      const codes = Uint16Array.from(text, (character) => character.charCodeAt(0));
      const query = (i: number): number => codes[i] ?? 0;
      const first = codes[0];
      const last = codes[codes.length - 1];
      const second = codes[1];
      for (let i = 0; i < this.count; i++) {
        const from = starts[i] ?? 0;
        const length = (starts[i + 1] ?? 0) - 1 - from;
        if (length > codes.length + 1 || length < codes.length - 1) continue;
        // One typo leaves the first or the last of several characters, or swaps or shifts the first two.
        const head = all.charCodeAt(from);
        if (
          codes.length > 1 &&
          head !== first &&
          head !== second &&
          all.charCodeAt(from + length - 1) !== last
        )
          continue;
        if (isOneTypo(codes.length, length, query, (k) => all.charCodeAt(from + k))) tell(i);
      }
      for (const i of this.wide) if (isOneTypoText(text, this.text(i))) tell(i);
      return;
    }
    for (let i = 0; i < this.count; i++) if (isOneTypoText(text, this.text(i))) tell(i);
  }
}
