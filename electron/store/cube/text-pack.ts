import { isOneTypo, isOneTypoText } from './edit-distance';

/** Stands before, between and after the texts; no name contains it. */
const MARK = '\n';

const TEXTS_PER_PART = 4_096;
const WIDE = /[\ud800-\udfff]/;

/** Collects texts a few at a time, so that no single step of a large build takes long. */
export class TextPackBuilder {
  private parts: string[] = [];
  private recent: string[] = [];
  private starts = new Uint32Array(TEXTS_PER_PART);
  private readonly wide: number[] = [];
  private count = 0;
  private at = 1;

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
    this.starts[this.count] = this.at;
    const parts = this.recent.length === 0 ? this.parts : [...this.parts, this.recent.join(MARK)];
    return new TextPack({
      all: MARK + parts.join(MARK) + MARK,
      starts: this.starts.slice(0, this.count + 1),
      wide: this.wide,
    });
  }
}

/**
 * Many short texts as one flat string: the runtime's own substring search runs over all of them in
 * a few milliseconds a million characters, at a few bytes a text. Numbered from 0 in the given order.
 */
export class TextPack {
  private readonly all: string;
  /** Position of each text's first character, and one behind the last mark. */
  private readonly starts: Uint32Array;
  /** Texts with characters beyond the basic plane: compared by code point. */
  private readonly wide: readonly number[];
  readonly count: number;

  constructor(parts: {
    readonly all: string;
    readonly starts: Uint32Array;
    readonly wide: readonly number[];
  }) {
    this.all = parts.all;
    this.starts = parts.starts;
    this.wide = parts.wide;
    this.count = parts.starts.length - 1;
  }

  static of(texts: readonly string[]): TextPack {
    const builder = new TextPackBuilder();
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

  eachEqual(text: string, tell: (i: number) => void): void {
    if (!text.includes(MARK)) this.eachHit(MARK + text + MARK, 1, tell);
  }

  eachPrefix(text: string, tell: (i: number) => void): void {
    if (!text.includes(MARK)) this.eachHit(MARK + text, 1, tell);
  }

  /** `at` is the position of the first occurrence within the text, in UTF-16 units. */
  eachContaining(text: string, tell: (i: number, at: number) => void): void {
    if (text !== '' && !text.includes(MARK)) this.eachHit(text, 0, tell);
  }

  /** Texts within one typo of the given one, itself included. */
  eachTypo(text: string, tell: (i: number) => void): void {
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
