import { normalizeName } from '../../../shared/domain/name/normalize';
import type { Filter } from '../../../shared/ipc/common';
import { sample, seededRandom } from '../frame/measure';
import type { CoreRows } from './core-rows';

/** Texts that people type, drawn from the slice itself; the same in each run. */
export interface QueryTexts {
  /** Whole certificate numbers. */
  readonly exact: readonly string[];
  /** Whole names. */
  readonly name: readonly string[];
  /** Names with a wrong character. */
  readonly fuzzy: readonly string[];
  /** First characters of names. */
  readonly suggest: readonly string[];
}

const WRONG = [...'啊丑凹噩匕疮囤泵'];

export function queryTexts(rows: CoreRows, count: number): QueryTexts {
  const random = seededRandom(4);
  const numbers = rows.certificates.flatMap(({ number }) => number ?? []);
  const names = sample([...rows.persons.values()], 4 * count, 2).map(normalizeName);
  const long = names.filter((name) => [...name].length >= 3);
  const spoil = (name: string) => {
    const all = [...name];
    all[1 + Math.floor(random() * (all.length - 1))] =
      WRONG[Math.floor(random() * WRONG.length)] ?? '啊';
    return all.join('');
  };
  return {
    exact: sample(numbers, count, 1),
    name: names.slice(0, count),
    fuzzy: long.slice(0, count).map(spoil),
    suggest: names.slice(0, count).map((name) => [...name].slice(0, 2).join('')),
  };
}

const KINDS = ['special-operation', 'manager-safety', 'construction-b', 'construction-c3'] as const;
const STATUSES = ['valid', 'expiring', 'expired', 'review-due', 'review-overdue'] as const;

/** Cross-filters of the board: by region, industry, kind, status and date, alone and together. */
export function boardFilters(rows: CoreRows, today: number, count: number): Filter[] {
  const random = seededRandom(3);
  const some = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const regions = [...new Set(rows.certificates.map(({ region }) => String(region)))];
  const industries = [...new Set(rows.certificates.map(({ industry }) => industry))];
  return Array.from({ length: count }, (_, i) => {
    const mask = i % 32;
    return {
      ...(mask & 1 ? { regions: [some(regions)] } : {}),
      ...(mask & 2 ? { industries: [some(industries), some(industries)] } : {}),
      ...(mask & 4 ? { kinds: [some(KINDS)] } : {}),
      ...(mask & 8 ? { statuses: [some(STATUSES)] } : {}),
      ...(mask & 16 ? { validToFrom: today - 30, validToUntil: today + 365 } : {}),
    };
  });
}
