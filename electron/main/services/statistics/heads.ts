import { CERTIFICATE_KINDS } from '../../../../shared/domain/model';
import { isWithin } from '../../../../shared/domain/region/region-table';
import {
  STATISTICS_MONTHS,
  type StatisticsFilter,
  type StatisticsTable,
} from '../../../../shared/domain/statistics/question';
import type { StatisticsHead } from '../../../../shared/ipc/routes/statistics';
import { addMonths, isoFromDay } from '../../../../shared/kernel/day';
import type { Resources } from '../tables/resources';

/** What is in none of the heads. */
const REST = 0;
const rest: StatisticsHead = { code: 'other', name: null };

/** The heads of a table, what the store counts for them, and how its columns fold into them. */
export interface TableForm {
  readonly rows: readonly StatisticsHead[];
  readonly columns: readonly StatisticsHead[];
  readonly ask: { readonly rows: readonly number[]; readonly columns: readonly number[] };
  /** Column of the table by column of the store. */
  readonly fold: readonly number[];
}

/**
 * Heads come from the question, the tables of codes and the day, never from the data: that a row or column is there says nothing about
 * anybody.
 */
export function formOf(
  table: StatisticsTable,
  {
    regions,
    industries,
    scopes,
    day,
    filter = {},
  }: Pick<Resources, 'regions' | 'industries'> & {
    readonly scopes: readonly string[];
    readonly day: number;
    readonly filter?: StatisticsFilter | undefined;
  },
): TableForm {
  if (table === 'month') return monthForm(day);
  const counties = [
    ...new Map(
      scopes.flatMap((scope) => regions.counties(scope)).map((unit) => [unit.code, unit]),
    ).values(),
  ].filter(({ code }) => filter.regions?.some((prefix) => isWithin(prefix, code)) ?? true);
  const rows = [...counties.map(({ code, name }) => ({ code, name })), rest];
  const askRows = [...counties.map(({ code }) => Number(code)), REST];
  if (table === 'region-kind') {
    const kinds = Object.entries(CERTIFICATE_KINDS).filter(
      ([word]) => filter.kinds?.some((kind) => kind === word) ?? true,
    );
    return {
      rows,
      columns: kinds.map(([code]) => ({ code, name: null })),
      ask: { rows: askRows, columns: kinds.map(([, code]) => code) },
      fold: kinds.map((_, at) => at),
    };
  }
  const { industries: only } = filter;
  const sections = industries.sections.flatMap(({ code, name, divisions }) => {
    const wanted = divisions.filter((one) => only?.includes(one.code) ?? true);
    return wanted.length === 0 ? [] : [{ code, name, divisions: wanted }];
  });
  // Under a filter by divisions nothing is in none of them.
  const others = only === undefined || sections.length === 0 ? [rest] : [];
  const divisions = sections.flatMap((section, at) =>
    section.divisions.map(({ code }) => ({ code, at })),
  );
  return {
    rows,
    columns: [...sections.map(({ code, name }) => ({ code, name })), ...others],
    ask: {
      rows: askRows,
      columns: [...divisions.map(({ code }) => code), ...others.map(() => REST)],
    },
    fold: [...divisions.map(({ at }) => at), ...others.map(() => sections.length)],
  };
}

/** Months in which certificates end, from the day's on. */
function monthForm(day: number): TableForm {
  const first = day - Number(isoFromDay(day).slice(8, 10)) + 1;
  const months = Array.from({ length: STATISTICS_MONTHS }, (_, i) => addMonths(first, i));
  return {
    rows: [
      ...months.map((start) => ({ code: isoFromDay(start).slice(0, 7), name: null })),
      { code: 'later', name: null },
    ],
    columns: [{ code: 'people', name: null }],
    ask: { rows: [...months.map((_, i) => i + 1), REST], columns: [REST] },
    fold: [0],
  };
}

/** The store's columns added up to the table's. */
export function folded(
  counts: readonly (readonly number[])[],
  { columns, fold }: TableForm,
): number[][] {
  return counts.map((line) => {
    const sums = columns.map(() => 0);
    line.forEach((count, at) => {
      const column = fold[at] ?? sums.length - 1;
      sums[column] = (sums[column] ?? 0) + count;
    });
    return sums;
  });
}
