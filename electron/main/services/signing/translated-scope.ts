import { isCertificateKind, kindCode } from '../../../../shared/domain/model';
import { FilterSchema } from '../../../../shared/ipc/common';
import { isoFromDay } from '../../../../shared/kernel/day';
import type { ScopeTable } from './words/scope-table';

const MAX_NAMED = 8;

/**
 * The signed filter of an export in another language than the signed words; null where it cannot be read as one. Whole:
 * no part of a filter is left out, long lists say how many more there are. Places, industries and kinds without a word by
 * their codes; the signed words have the official names.
 */
export function translatedScope(filter: string, words: ScopeTable): string | null {
  let value: unknown;
  try {
    value = JSON.parse(filter);
  } catch {
    return null;
  }
  const parsed = FilterSchema.safeParse(value);
  if (!parsed.success) return null;
  const { data } = parsed;
  const parts: string[] = [];
  const put = (
    name: keyof ScopeTable['parts'],
    values: readonly (string | number)[] | undefined,
  ) => {
    if (values === undefined) return;
    const shown = values.slice(0, MAX_NAMED).join(words.comma);
    const more = values.length - MAX_NAMED;
    parts.push(`${words.parts[name]}${words.colon}${shown}${more > 0 ? ` + ${more}` : ''}`);
  };
  const span = (name: keyof ScopeTable['parts'], from?: number, until?: number) => {
    if (from === undefined && until === undefined) return;
    const day = (one: number | undefined) => (one === undefined ? '' : isoFromDay(one));
    put(name, [`${day(from)}—${day(until)}`]);
  };
  put('regions', data.regions);
  put('industries', data.industries);
  put(
    'kinds',
    data.kinds?.map((kind) => (isCertificateKind(kind) ? words.kinds[kind] : kindCode(kind))),
  );
  put('categories', data.categories);
  put(
    'statuses',
    data.statuses?.map((status) => words.statuses[status]),
  );
  put('company', data.company === undefined ? undefined : [data.company]);
  put('certificates', data.certificates && [data.certificates.length]);
  span('validTo', data.validToFrom, data.validToUntil);
  span('issued', data.issuedFrom, data.issuedUntil);
  span('due', data.dueFrom, data.dueUntil);
  span('review', data.reviewFrom, data.reviewUntil);
  return parts.length === 0 ? words.all : parts.join(words.semicolon);
}
