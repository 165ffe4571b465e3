import type { Filter } from './common';

type ListField = 'industries' | 'kinds' | 'categories' | 'statuses' | 'certificates';
type FromField = 'validToFrom' | 'issuedFrom' | 'dueFrom' | 'reviewFrom';
type UntilField = 'validToUntil' | 'issuedUntil' | 'dueUntil' | 'reviewUntil';
const LISTS: readonly ListField[] = [
  'industries',
  'kinds',
  'categories',
  'statuses',
  'certificates',
];
const FROM: readonly FromField[] = ['validToFrom', 'issuedFrom', 'dueFrom', 'reviewFrom'];
const UNTIL: readonly UntilField[] = ['validToUntil', 'issuedUntil', 'dueUntil', 'reviewUntil'];

/** A prefix of the shorter length stands for all below it; codes of whole provinces end in zeros. */
const prefixOf = (code: string): string =>
  code.length > 2 ? code.replace(/(00){1,2}$/, '') : code;

/** Regions that lie in both lists. */
function commonRegions(a: readonly string[], b: readonly string[]): string[] {
  const common = a.flatMap((one) =>
    b.flatMap((other) => {
      const [first, second] = [prefixOf(one), prefixOf(other)];
      if (first.startsWith(second)) return [one];
      return second.startsWith(first) ? [other] : [];
    }),
  );
  return [...new Set(common)];
}

/** What both filters leave, null when no row can be in both: a figure of a narrowed board never opens a wider list. */
export function narrowFilter(filter: Filter, change: Filter): Filter | null {
  const both: Record<string, unknown> = { ...filter, ...change };
  if (filter.regions !== undefined && change.regions !== undefined) {
    const regions = commonRegions(filter.regions, change.regions);
    if (regions.length === 0) return null;
    both.regions = regions;
  }
  for (const field of LISTS) {
    const [mine, other] = [filter[field], change[field]] as readonly (
      | readonly unknown[]
      | undefined
    )[];
    if (mine === undefined || other === undefined) continue;
    const common = mine.filter((value) => other.includes(value));
    if (common.length === 0) return null;
    both[field] = common;
  }
  for (const field of ['company', 'body'] as const) {
    const [mine, other] = [filter[field], change[field]];
    if (mine !== undefined && other !== undefined && mine !== other) return null;
  }
  const edge = (field: FromField | UntilField, choose: (a: number, b: number) => number): void => {
    const [mine, other] = [filter[field], change[field]];
    if (mine !== undefined && other !== undefined) both[field] = choose(mine, other);
  };
  for (const field of FROM) edge(field, Math.max);
  for (const field of UNTIL) edge(field, Math.min);
  return both as Filter;
}
