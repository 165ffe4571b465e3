import { characters, isNameDot } from '../../../shared/domain/name/normalize';
import { createPinyinMemo, type PinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import { atOnce, type Steps } from './steps';
import { type TextPack, TextPackBuilder } from './text-pack';

/** How well a name fits, 1 best; 0 does not. */
export const RANK = { exact: 1, prefix: 2, contains: 3, fuzzy: 4 } as const;
export const RANKS = 4;

/** Names that fit. */
export interface NameRanks {
  /** Rank of every name by its number, 0 where it does not fit. */
  readonly ranks: Uint8Array;
  /** The numbers that have a rank, ascending. */
  readonly ids: readonly number[];
}

/** Names taken between two pauses. */
const NAMES_PER_STEP = 256;

export interface NameRow {
  readonly id: number;
  readonly text: string;
  readonly pinyin: string;
  readonly initials: string;
}

const withoutDots = (text: string): string =>
  characters(text)
    .filter((character) => !isNameDot(character))
    .join('');

interface NameParts {
  readonly ids: Uint32Array;
  readonly texts: TextPack;
  readonly pinyin: TextPack;
  readonly initials: TextPack;
  /** Names with dots, without them, and their places in `texts`: many people type none. */
  readonly undotted: TextPack;
  readonly dotted: readonly number[];
  readonly maxId: number;
}

/** Most come in order already. */
function inOrder(ids: number[]): readonly number[] {
  return ids.every((id, k) => k === 0 || (ids[k - 1] ?? 0) < id) ? ids : ids.sort((a, b) => a - b);
}

/** Takes the names one by one, in order of their numbers. */
export class NameIndexBuilder {
  private readonly ids: number[] = [];
  private readonly texts = new TextPackBuilder('characters');
  private readonly pinyin = new TextPackBuilder('beginnings');
  private readonly initials = new TextPackBuilder('beginnings');
  private readonly undotted = new TextPackBuilder('characters');
  private readonly dotted: number[] = [];
  private maxId = 0;

  add({ id, text, pinyin, initials }: NameRow): void {
    if (characters(text).some(isNameDot)) {
      this.dotted.push(this.ids.length);
      this.undotted.add(withoutDots(text));
    }
    this.ids.push(id);
    this.maxId = Math.max(this.maxId, id);
    this.texts.add(text);
    this.pinyin.add(pinyin);
    this.initials.add(initials);
  }

  /** The index of what was taken. */
  *steps(): Steps<NameIndex> {
    return new NameIndex({
      ids: new Uint32Array(this.ids),
      texts: yield* this.texts.steps(),
      pinyin: yield* this.pinyin.steps(),
      initials: yield* this.initials.steps(),
      undotted: yield* this.undotted.steps(),
      dotted: this.dotted,
      maxId: this.maxId,
    });
  }
}

/** The distinct names of persons with their pinyin, in memory, about 20 bytes a name. */
export class NameIndex {
  private readonly ids: Uint32Array;
  private readonly texts: TextPack;
  private readonly pinyin: TextPack;
  private readonly initials: TextPack;
  private readonly undotted: TextPack;
  private readonly dotted: readonly number[];
  readonly maxId: number;
  private readonly memo: PinyinMemo = createPinyinMemo();

  constructor(parts: NameParts) {
    this.ids = parts.ids;
    this.maxId = parts.maxId;
    this.texts = parts.texts;
    this.dotted = parts.dotted;
    this.undotted = parts.undotted;
    this.pinyin = parts.pinyin;
    this.initials = parts.initials;
  }

  static of(rows: Iterable<NameRow>): NameIndex {
    return atOnce(NameIndex.steps(rows));
  }

  /** As of, with pauses. */
  static *steps(rows: Iterable<NameRow>): Steps<NameIndex> {
    const builder = new NameIndexBuilder();
    const sorted = [...rows].sort((a, b) => a.id - b.id);
    for (let i = 0; i < sorted.length; i++) {
      builder.add(sorted[i] as NameRow);
      if (i % NAMES_PER_STEP === 0) yield;
    }
    return yield* builder.steps();
  }

  get count(): number {
    return this.texts.count;
  }

  private collect(find: (mark: (i: number, rank: number) => void) => void): NameRanks | null {
    const ranks = new Uint8Array(this.maxId + 1);
    const ids: number[] = [];
    find((i, rank) => {
      const id = this.ids[i] ?? 0;
      const before = ranks[id] ?? 0;
      if (before === 0) ids.push(id);
      if (before === 0 || rank < before) ranks[id] = rank;
    });
    return ids.length === 0 ? null : { ranks, ids: inOrder(ids) };
  }

  /** Names that are, begin with, or contain the text. Null when none does. */
  byText(text: string): NameRanks | null {
    return this.collect((mark) => {
      this.texts.eachContaining(text, (i, at, isWhole) => {
        mark(i, isWhole ? RANK.exact : at === 0 ? RANK.prefix : RANK.contains);
      });
      const plain = withoutDots(text);
      this.undotted.eachContaining(plain, (k, at, isWhole) => {
        const rank = isWhole ? RANK.exact : at === 0 ? RANK.prefix : RANK.contains;
        mark(this.dotted[k] ?? 0, rank);
      });
    });
  }

  /** Names by full pinyin or initials, whole or begun. */
  byPinyin(letters: string): NameRanks | null {
    return this.collect((mark) => {
      for (const pack of [this.pinyin, this.initials]) {
        pack.eachPrefix(letters, (i) => mark(i, RANK.prefix));
        pack.eachEqual(letters, (i) => mark(i, RANK.exact));
      }
    });
  }

  /** Characters and letters mixed: zhang三, 张s, z小三. */
  byMixed(text: string): NameRanks | null {
    const typed = withoutDots(text);
    const han = [...typed].filter((character) => !/[a-z]/.test(character));
    const rarest = han.at(-1) ?? '';
    return this.collect((mark) => {
      const lead = /^[^a-z]*/.exec(typed)?.[0] ?? '';
      const at = characters(lead).length;
      const letter = typed.charAt(lead.length);
      this.texts.eachContaining(rarest, (i) => {
        // The text is read from the name's beginning: this leaves few of a common surname's bearers.
        const name = this.texts.text(i);
        const initials = this.initials.text(i);
        const isWhole = initials !== '' && initials.length === characters(name).length;
        if (isWhole && initials.charAt(at) !== letter) return;
        const rank = this.mixedRank(name, typed);
        if (rank > 0) mark(i, rank);
      });
    });
  }

  /** Consumes the typed text along the name's characters, each by itself, its syllable or a syllable's beginning. */
  private mixedRank(name: string, typed: string): number {
    // Dots and spaces have no syllable.
    const all = characters(name).filter((one) => !isNameDot(one) && one !== ' ');
    const { syllables } = pinyinKeys(name, this.memo);
    if (syllables.length !== all.length) return 0;
    const walk = (at: number, rest: string): number => {
      if (rest === '') return at === all.length ? RANK.exact : RANK.prefix;
      const character = all[at];
      if (character === undefined) return 0;
      if (rest.startsWith(character)) return walk(at + 1, rest.slice(character.length));
      const syllable = syllables[at] ?? '';
      let best = 0;
      for (let length = Math.min(syllable.length, rest.length); length > 0; length--) {
        if (!rest.startsWith(syllable.slice(0, length))) continue;
        const rank = walk(at + 1, rest.slice(length));
        if (rank === RANK.exact) return rank;
        best = Math.max(best, rank);
      }
      return best;
    };
    return walk(0, typed);
  }

  /**
   * Names one typo away: a wrong, missing, extra or swapped character. In names of two characters a
   * wrong one must sound alike, or every bearer of the surname would match.
   */
  byTypo(text: string): NameRanks | null {
    const typed = characters(text);
    if (typed.length < 2) return null;
    const sound = typed.length === 2 ? pinyinKeys(text, this.memo).full : '';
    const isNear = (name: string): boolean => {
      if (typed.length > 2) return true;
      const other = characters(name);
      if (other.length !== 2) return other.length > 2;
      const isSwapped = other[0] === typed[1] && other[1] === typed[0];
      return isSwapped || pinyinKeys(name, this.memo).full === sound;
    };
    return this.collect((mark) => {
      this.texts.eachTypo(text, (i) => {
        if (isNear(this.texts.text(i))) mark(i, RANK.fuzzy);
      });
      this.undotted.eachTypo(withoutDots(text), (k) => {
        if (isNear(this.undotted.text(k))) mark(this.dotted[k] ?? 0, RANK.fuzzy);
      });
    });
  }

  /** Names whose full pinyin is one typo away; for short texts nearly everything would be. */
  byPinyinTypo(letters: string): NameRanks | null {
    if (letters.length < 5) return null;
    return this.collect((mark) => this.pinyin.eachTypo(letters, (i) => mark(i, RANK.fuzzy)));
  }

  /** The name with this number; undefined where it is not here. */
  textOf(id: number): string | undefined {
    let low = 0;
    let high = this.ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.ids[middle] ?? 0;
      if (at === id) return this.texts.text(middle);
      if (at < id) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}
