import type { Filter } from '../../../shared/ipc/common';
import { type NameRanks, RANK } from '../cube/name-index';
import type { RankOf } from '../cube/scan';
import type { Attempt } from './understand';
import type { Memory } from './warm';

/** Ranks of names for an attempt that means a name; undefined for other ways. */
export function ranksFor(memory: Memory, attempt: Attempt): NameRanks | null | undefined {
  switch (attempt.way) {
    case 'name':
      return memory.names.byText(attempt.text);
    case 'pinyin':
      return memory.names.byPinyin(attempt.text);
    case 'mixed':
      return memory.names.byMixed(attempt.text);
    case 'fuzzy-name':
      return memory.names.byTypo(attempt.text);
    case 'fuzzy-pinyin':
      return memory.names.byPinyinTypo(attempt.text);
    default:
      return undefined;
  }
}

/** Ranks of cube rows, and the rows that can have one, where they are few. */
export interface Ranked {
  readonly rankOf: RankOf;
  readonly rows: Uint32Array | null;
}

/** The rank of a cube row by the rank of its holder's name. */
export function rankByName(memory: Memory, { ranks, ids }: NameRanks): Ranked {
  const { nameId } = memory.cube;
  return { rankOf: (i) => ranks[nameId[i] ?? 0] ?? 0, rows: memory.cube.rowsOfNames(ids) };
}

/** Rank by company: those whose name begins with the text first. */
export function rankByCompany(memory: Memory, text: string): Ranked | null {
  const ranks = new Uint8Array(memory.cube.companies.values.length + 1);
  const found: number[] = [];
  for (const { id, at } of memory.companies.byText(text)) {
    const number = memory.cube.companies.find(id);
    if (number === undefined) continue;
    ranks[number + 1] = at === 0 ? RANK.prefix : RANK.contains;
    found.push(number + 1);
  }
  const { company } = memory.cube;
  if (found.length === 0) return null;
  return { rankOf: (i) => ranks[company[i] ?? 0] ?? 0, rows: memory.cube.rowsOfCompanies(found) };
}

/** Rows of the one company that a filter asks for; null where it asks for none. */
export function rowsOfFilter({ cube }: Memory, { company }: Filter): Uint32Array | null {
  const number = company === undefined ? undefined : cube.companies.find(company);
  return number === undefined ? null : cube.rowsOfCompanies([number + 1]);
}
