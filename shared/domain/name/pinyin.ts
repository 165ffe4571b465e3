import { pinyin } from 'pinyin-pro';
import { characters, isNameDot } from './normalize';
import { COMPOUND_SURNAMES, PLACE_READINGS, SURNAMES } from './readings';

/** Search keys of a name: {full: 'zhangsan', initials: 'zs', syllables: ['zhang', 'san']}; ü is v. */
export interface PinyinKeys {
  readonly full: string;
  readonly initials: string;
  readonly syllables: readonly string[];
}

/** Readings found so far. Grows to one entry a distinct character; owned by the caller. */
export interface PinyinMemo {
  readonly characters: Map<string, string>;
  readonly surnames: Map<string, string>;
}

export function createPinyinMemo(): PinyinMemo {
  return { characters: new Map(), surnames: new Map() };
}

/** Everyday reading of one character; one without a reading is kept, in lower case. */
function readCharacter(character: string, memo: PinyinMemo): string {
  const known = memo.characters.get(character);
  if (known !== undefined) return known;
  const reading = pinyin(character, { toneType: 'none', type: 'array', v: true, surname: 'off' });
  const syllable = (reading[0] ?? character).toLowerCase();
  memo.characters.set(character, syllable);
  return syllable;
}

function readSurname(character: string, memo: PinyinMemo): string {
  const known = memo.surnames.get(character);
  if (known !== undefined) return known;
  const reading = pinyin(character, { toneType: 'none', type: 'array', v: true, surname: 'all' });
  const syllable = SURNAMES.get(character) ?? (reading[0] ?? character).toLowerCase();
  memo.surnames.set(character, syllable);
  return syllable;
}

function keysOf(syllables: readonly string[]): PinyinKeys {
  let full = '';
  let initials = '';
  for (const syllable of syllables) {
    full += syllable;
    initials += String.fromCodePoint(syllable.codePointAt(0) ?? 0x20);
  }
  return { full, initials, syllables };
}

const isSilent = (character: string): boolean => isNameDot(character) || character === ' ';

/**
 * Keys of a person's normalised name. The first character, or a compound surname, is read as a
 * surname (单 shan, 尉迟 yuchi) unless the name has a dot. Never throws; dots and spaces are silent.
 */
export function pinyinKeys(name: string, memo: PinyinMemo): PinyinKeys {
  const all = characters(name);
  const syllables: string[] = [];
  let at = 0;
  if (!all.some(isNameDot) && all[0] !== undefined) {
    const compound = COMPOUND_SURNAMES.get(all[0] + (all[1] ?? ''));
    if (compound !== undefined) syllables.push(...compound);
    else if (!isSilent(all[0])) syllables.push(readSurname(all[0], memo));
    at = compound === undefined ? 1 : 2;
  }
  for (; at < all.length; at++) {
    const character = all[at] ?? '';
    if (!isSilent(character)) syllables.push(readCharacter(character, memo));
  }
  return keysOf(syllables);
}

/**
 * Keys of a company, place or any other text. Place names with a reading of their own (蔚县 yuxian)
 * are read so wherever they stand.
 */
export function textPinyinKeys(text: string, memo: PinyinMemo): PinyinKeys {
  const syllables: string[] = [];
  const all = characters(text);
  for (let at = 0; at < all.length; ) {
    const place =
      PLACE_READINGS.get(all.slice(at, at + 3).join('')) ??
      PLACE_READINGS.get(all.slice(at, at + 2).join(''));
    if (place !== undefined) {
      syllables.push(...place);
      at += place.length;
      continue;
    }
    const character = all[at++] ?? '';
    if (!isSilent(character)) syllables.push(readCharacter(character, memo));
  }
  return keysOf(syllables);
}
