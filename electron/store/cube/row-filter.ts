import { kindCode, STATUSES, type StatusCode } from '../../../shared/domain/model';
import { classify, isStanding, type StatusCutoffs } from '../../../shared/domain/policy/cutoffs';
import type { Filter } from '../../../shared/ipc/common';
import type { CoreRow, Cube } from './cube';
import { baseStatusOf } from './read-base';

const beginnings = new WeakMap<readonly string[], readonly string[]>();

/** What codes in a scope begin with; a session's scopes are asked for every row shown. */
function beginningsOf(scopes: readonly string[]): readonly string[] {
  let known = beginnings.get(scopes);
  if (known === undefined) {
    known = scopes.map((scope) => (scope.length > 2 ? scope.replace(/(00){1,2}$/, '') : scope));
    beginnings.set(scopes, known);
  }
  return known;
}

/** True when a six-digit region code lies in one of the scopes (2, 4 or 6 digits, zeros at the end stand for all). */
export function isRegionIn(region: number, scopes: readonly string[]): boolean {
  const code = String(region);
  return beginningsOf(scopes).some((beginning) => code.startsWith(beginning));
}

export function statusOf(row: CoreRow, cutoffs: StatusCutoffs): StatusCode {
  return classify(
    row.validFrom,
    row.validTo,
    row.reviewDue ?? 0,
    baseStatusOf(row.baseStatus),
    cutoffs,
  );
}

/** Plain meaning of a filter, status apart; the one that the fast one is tested against. */
export function isInFilter(row: CoreRow, filter: Filter, scopes: readonly string[]): boolean {
  if (!isRegionIn(row.region, scopes)) return false;
  if (filter.regions !== undefined && !isRegionIn(row.region, filter.regions)) return false;
  if (filter.industries !== undefined && !filter.industries.includes(row.industry)) return false;
  if (filter.kinds !== undefined && !filter.kinds.some((kind) => kindCode(kind) === row.kind))
    return false;
  if (
    filter.categories !== undefined &&
    !(row.category !== null && filter.categories.includes(row.category))
  )
    return false;
  if (filter.company !== undefined && row.company !== filter.company) return false;
  if (filter.body !== undefined && row.body !== filter.body) return false;
  if (filter.certificates !== undefined && !filter.certificates.includes(row.id)) return false;
  if (!isWithin(row.validTo, filter.validToFrom, filter.validToUntil)) return false;
  if (!isWithin(row.validFrom, filter.issuedFrom, filter.issuedUntil)) return false;
  if (
    (filter.reviewFrom !== undefined || filter.reviewUntil !== undefined) &&
    !isReviewWithin(row.reviewDue ?? 0, row.baseStatus, filter)
  )
    return false;
  if (filter.dueFrom === undefined && filter.dueUntil === undefined) return true;
  const due = dueDay(row.validTo, row.reviewDue ?? 0, row.baseStatus);
  return due !== null && isWithin(due, filter.dueFrom, filter.dueUntil);
}

const isWithin = (day: number, from: number | undefined, until: number | undefined): boolean =>
  day >= (from ?? Number.NEGATIVE_INFINITY) && day <= (until ?? Number.POSITIVE_INFINITY);

function isReviewWithin(reviewDue: number, baseStatus: number, filter: Filter): boolean {
  return (
    reviewDue !== 0 &&
    isStanding(baseStatus) &&
    isWithin(reviewDue, filter.reviewFrom, filter.reviewUntil)
  );
}

/** The earlier of both clocks; null where the issuer's own status overrides them. `reviewDue` 0: none. */
function dueDay(validTo: number, reviewDue: number, baseStatus: number): number | null {
  if (!isStanding(baseStatus)) return null;
  return reviewDue !== 0 && reviewDue < validTo ? reviewDue : validTo;
}

/** True when the status is among the wanted ones; no wish wants all. */
export function isStatusWanted(status: StatusCode, filter: Filter): boolean {
  return filter.statuses === undefined || filter.statuses.some((word) => STATUSES[word] === status);
}

const flags = (length: number, members: Iterable<number>): Uint8Array => {
  const table = new Uint8Array(length);
  for (const member of members) table[member] = 1;
  return table;
};

const ALL_INDUSTRIES = Array.from({ length: 256 }, (_, i) => i);

/** A filter as tables for the three columns that nearly every one names, and a function for what else there is. */
export interface FilterParts {
  /** By kind of certificate; 0 for rows that are gone. */
  readonly kinds: Uint8Array;
  /** By number of the region. */
  readonly regions: Uint8Array;
  readonly industries: Uint8Array;
  /** Null: nothing else. */
  readonly others: ((i: number) => boolean) | null;
}

/** A filter over the cube's columns, status apart: look-up tables in place of comparisons. */
export function compileFilter(
  cube: Cube,
  filter: Filter,
  scopes: readonly string[],
): (i: number) => boolean {
  const { kinds, regions, industries, others } = filterParts(cube, filter, scopes);
  const { kind, region, industry } = cube;
  return (i) =>
    kinds[kind[i] ?? 0] === 1 &&
    regions[region[i] ?? 0] === 1 &&
    industries[industry[i] ?? 0] === 1 &&
    (others === null || others(i));
}

/** As compileFilter, for a pass that looks at the tables itself: a call a row costs more than the looks. */
export function filterParts(cube: Cube, filter: Filter, scopes: readonly string[]): FilterParts {
  const inScope = (region: number): boolean =>
    isRegionIn(region, scopes) &&
    (filter.regions === undefined || isRegionIn(region, filter.regions));
  const regions = Uint8Array.from(cube.regions.values, (region) => (inScope(region) ? 1 : 0));
  const kinds = flags(256, filter.kinds?.map(kindCode) ?? ALL_INDUSTRIES.slice(1));
  kinds[0] = 0;
  const industries = flags(256, filter.industries ?? ALL_INDUSTRIES);
  const categories =
    filter.categories === undefined
      ? undefined
      : flags(
          65_536,
          filter.categories.filter((category) => category < 65_536),
        );
  const companyNumber =
    filter.company === undefined ? undefined : (cube.companies.find(filter.company) ?? -2) + 1;
  const bodyNumber =
    filter.body === undefined ? undefined : (cube.bodies.find(filter.body) ?? -2) + 1;
  const { validToFrom, validToUntil, issuedFrom, issuedUntil, dueFrom, dueUntil } = filter;
  const hasEnd = validToFrom !== undefined || validToUntil !== undefined;
  const hasStart = issuedFrom !== undefined || issuedUntil !== undefined;
  const hasDue = dueFrom !== undefined || dueUntil !== undefined;
  const chosen =
    filter.certificates === undefined
      ? undefined
      : new Set(filter.certificates.map((id) => cube.indexOf(id)));
  const hasReview = filter.reviewFrom !== undefined || filter.reviewUntil !== undefined;
  const { category, company, validFrom, validTo, reviewDue } = cube;
  const { baseStatus, body } = cube;
  const others = (i: number): boolean => {
    if (companyNumber !== undefined && company[i] !== companyNumber) return false;
    if (bodyNumber !== undefined && body[i] !== bodyNumber) return false;
    if (chosen !== undefined && !chosen.has(i)) return false;
    if (categories !== undefined && categories[category[i] ?? 0] === 0) return false;
    if (hasEnd && !isWithin(validTo[i] ?? 0, validToFrom, validToUntil)) return false;
    if (hasStart && !isWithin(validFrom[i] ?? 0, issuedFrom, issuedUntil)) return false;
    if (hasReview && !isReviewWithin(reviewDue[i] ?? 0, baseStatus[i] ?? 0, filter)) return false;
    if (!hasDue) return true;
    const due = dueDay(validTo[i] ?? 0, reviewDue[i] ?? 0, baseStatus[i] ?? 0);
    return due !== null && isWithin(due, dueFrom, dueUntil);
  };
  const isPlain =
    companyNumber === undefined &&
    bodyNumber === undefined &&
    chosen === undefined &&
    categories === undefined &&
    !(hasEnd || hasStart || hasDue || hasReview);
  return { kinds, regions, industries, others: isPlain ? null : others };
}
