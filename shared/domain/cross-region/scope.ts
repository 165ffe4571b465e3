import { CERTIFICATE_KINDS } from '../model';

/**
 * What a grant may bring beside certificate, holder and employer. `id-number`: that masked numbers may be shown in full; they
 * come sealed in any case, because persons are found by them.
 */
export const GRANT_FIELDS = ['id-number', 'phone', 'training', 'history'] as const;
export type GrantField = (typeof GRANT_FIELDS)[number];

/** What somebody asks to see of other regions, or may. */
export interface GrantScope {
  /** Prefectures (four digits) or counties (six), GB/T 2260. */
  readonly regions: readonly string[];
  /** Codes of `CERTIFICATE_KINDS`; none: every kind. */
  readonly kinds: readonly number[];
  /** ID numbers of the only persons it is about; none: everybody. */
  readonly people: readonly string[];
  readonly days: number;
  readonly fields: readonly GrantField[];
  /** Whether what is granted may be exported. */
  readonly mayExport: boolean;
}

export const KIND_CODES: readonly number[] = Object.values(CERTIFICATE_KINDS);

/** A code without the zeros that only fill it: 330000 is 33. */
export function bareRegion(code: string): string {
  return code.replace(/(?:00)+$/, '');
}

/** Whether an authority's region holds another one, or is it. Codes of two, four or six digits. */
export function coversRegion(authority: string, region: string): boolean {
  const bare = bareRegion(authority);
  return bare.length >= 2 && bareRegion(region).startsWith(bare);
}

/**
 * Whether an authority may decide on a request: its region is a true ancestor of the office's and covers everything that
 * is asked for.
 */
export function mayDecide(authority: string, office: string, regions: readonly string[]): boolean {
  const isAbove =
    coversRegion(authority, office) && bareRegion(authority).length < bareRegion(office).length;
  return isAbove && regions.every((region) => coversRegion(authority, region));
}

/** Days from which on, or with exports, two persons of the superior authority have to agree. */
const LONG_DAYS = 90;

/** How many approvers a grant of this scope needs. */
export function approversNeeded({
  days,
  mayExport,
}: Pick<GrantScope, 'days' | 'mayExport'>): number {
  return mayExport || days > LONG_DAYS ? 2 : 1;
}

/** Whether one scope asks for nothing that another does not hold: what an approver may grant of what was asked. */
export function isWithin(part: GrantScope, whole: GrantScope): boolean {
  const holds = <T>(some: readonly T[], all: readonly T[]) =>
    some.every((one) => all.includes(one));
  return (
    part.regions.every((region) => whole.regions.some((one) => coversRegion(one, region))) &&
    (whole.kinds.length === 0 || (part.kinds.length > 0 && holds(part.kinds, whole.kinds))) &&
    (whole.people.length === 0 || (part.people.length > 0 && holds(part.people, whole.people))) &&
    part.days <= whole.days &&
    holds(part.fields, whole.fields) &&
    (whole.mayExport || !part.mayExport)
  );
}
