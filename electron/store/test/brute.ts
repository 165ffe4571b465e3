import {
  type BaseStatusCode,
  CERTIFICATE_KINDS,
  kindCode,
  STATUSES,
  type Status,
  wordOf,
} from '../../../shared/domain/model';
import { evaluateStatus, type StatusAnswer } from '../../../shared/domain/policy/evaluate-status';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import type { Filter } from '../../../shared/ipc/common';
import type { Board } from '../../../shared/ipc/routes/boards';
import { addMonths, dayOf, yearOf } from '../../../shared/kernel/day';
import type { FixtureRow, FixtureSet } from './rows';

/** Figures counted the slow and obvious way, from the fixture's rows and the rule pack's full evaluator. */

interface Certificate {
  readonly id: number;
  readonly kind: number;
  readonly category?: number;
  readonly region: number;
  readonly industry: number;
  readonly company?: number;
  readonly body?: number;
  readonly validFrom: number;
  readonly validTo: number;
  readonly reviewDue?: number;
  readonly baseStatus: BaseStatusCode;
}

const certificateOf = (row: FixtureRow): Certificate =>
  ({ id: row.id, ...row.public }) as unknown as Certificate;

function answerOf(row: Certificate, day: number, pack: RulePack): StatusAnswer {
  const { validFrom, validTo, reviewDue, baseStatus } = row;
  return evaluateStatus(
    { validFrom, validTo, baseStatus, ...(reviewDue === undefined ? {} : { reviewDue }) },
    day,
    pack,
  );
}

const within = (region: number, scopes: readonly string[] | undefined): boolean =>
  scopes === undefined || scopes.some((scope) => String(region).startsWith(scope));

function isDue({ baseStatus, validTo, reviewDue }: Certificate, filter: Filter): boolean {
  if (filter.dueFrom === undefined && filter.dueUntil === undefined) return true;
  const day = Math.min(validTo, reviewDue ?? 1e9);
  return baseStatus === 1 && day >= (filter.dueFrom ?? -1e9) && day <= (filter.dueUntil ?? 1e9);
}

function isIn(
  row: Certificate,
  status: Status,
  filter: Filter,
  scopes: readonly string[],
): boolean {
  return (
    within(row.region, scopes) &&
    within(row.region, filter.regions) &&
    (filter.industries?.includes(row.industry) ?? true) &&
    (filter.kinds?.some((kind) => kindCode(kind) === row.kind) ?? true) &&
    (filter.categories?.includes(row.category ?? -1) ?? true) &&
    (filter.statuses?.includes(status) ?? true) &&
    (filter.company === undefined || filter.company === row.company) &&
    (filter.body === undefined || filter.body === row.body) &&
    (filter.certificates?.includes(row.id) ?? true) &&
    row.validTo >= (filter.validToFrom ?? -1e9) &&
    row.validTo <= (filter.validToUntil ?? 1e9) &&
    row.validFrom >= (filter.issuedFrom ?? -1e9) &&
    row.validFrom <= (filter.issuedUntil ?? 1e9) &&
    (filter.reviewFrom === undefined ||
      (row.baseStatus === 1 &&
        row.reviewDue !== undefined &&
        row.reviewDue >= filter.reviewFrom)) &&
    (filter.reviewUntil === undefined ||
      (row.baseStatus === 1 && (row.reviewDue ?? 1e9) <= filter.reviewUntil)) &&
    isDue(row, filter)
  );
}

export function matching(
  set: FixtureSet,
  filter: Filter,
  scopes: readonly string[],
  day: number,
  pack: RulePack,
): { readonly row: Certificate; readonly answer: StatusAnswer }[] {
  return set.certificate
    .map((one) => ({ row: certificateOf(one), answer: answerOf(certificateOf(one), day, pack) }))
    .filter(({ row, answer }) => isIn(row, answer.status, filter, scopes));
}

const IN_FORCE: readonly Status[] = ['valid', 'expiring', 'review-due'];

function countBy<K>(keys: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** The figures of a board that have one obvious meaning; shapes as in the contract. */
export function bruteBoard(
  set: FixtureSet,
  filter: Filter,
  scopes: readonly string[],
  day: number,
  pack: RulePack,
): Pick<Board, 'total' | 'byStatus' | 'within' | 'renewal' | 'kinds' | 'calendar'> & {
  readonly due90: number;
  readonly expired: number;
  readonly risk: ReadonlyMap<number, number>;
} {
  const all = matching(set, filter, scopes, day, pack);
  const due = (days: number): typeof all =>
    all.filter(({ answer }) => IN_FORCE.includes(answer.status) && answer.daysLeft <= days);
  const ids = new Set(all.map(({ row }) => row.id));
  const periods = new Map<number, { seq: number; validTo: number }[]>();
  for (const { public: event } of set.event) {
    const { certificate, seq, type, validTo } = event as {
      certificate: number;
      seq: number;
      type: number;
      validTo?: number;
    };
    if (type > 2 || validTo === undefined || !ids.has(certificate)) continue;
    periods.set(certificate, [...(periods.get(certificate) ?? []), { seq, validTo }]);
  }
  let renewed = 0;
  for (const list of periods.values()) {
    list.sort((a, b) => a.seq - b.seq);
    list.forEach(({ validTo }, i) => {
      const next = list[i + 1];
      if (next !== undefined && next.validTo > validTo && validTo >= day - 365 && validTo < day)
        renewed++;
    });
  }
  const lapsed = all.filter(
    ({ row }) => row.baseStatus === 1 && row.validTo >= day - 365 && row.validTo < day,
  ).length;
  const firstOfMonth =
    Array.from({ length: 12 }, (_, i) => dayOf(yearOf(day), i + 1, 1) ?? 0)
      .filter((first) => first <= day)
      .at(-1) ?? day;
  const year = yearOf(day);
  const month =
    Array.from({ length: 12 }, (_, i) => i + 1)
      .filter((m) => (dayOf(year, m, 1) ?? 0) <= day)
      .at(-1) ?? 1;
  const calendar = Array.from({ length: 24 }, (_, i) => {
    const from = Math.max(day, addMonths(firstOfMonth, i));
    const until = addMonths(firstOfMonth, i + 1);
    const inMonth = (date: number | undefined): boolean =>
      date !== undefined && date >= from && date < until;
    return {
      year: year + Math.floor((month - 1 + i) / 12),
      month: ((month - 1 + i) % 12) + 1,
      expiring: all.filter(({ row }) => row.baseStatus === 1 && inMonth(row.validTo)).length,
      reviews: all.filter(({ row }) => row.baseStatus === 1 && inMonth(row.reviewDue)).length,
    };
  });
  const expired = all.filter(({ answer }) => answer.status === 'expired');
  return {
    total: all.length,
    byStatus: Object.fromEntries(countBy(all.map(({ answer }) => answer.status))),
    within: { d7: due(7).length, d30: due(30).length, d60: due(60).length, d90: due(90).length },
    renewal: { ended: lapsed + renewed, renewed },
    kinds: Object.values(CERTIFICATE_KINDS).flatMap((code) => {
      const kind = wordOf(CERTIFICATE_KINDS, code);
      const own = all.filter(({ row }) => row.kind === code);
      return kind === undefined || own.length === 0
        ? []
        : [
            {
              kind,
              total: own.length,
              expired: own.filter(({ answer }) => answer.status === 'expired').length,
            },
          ];
    }),
    calendar,
    due90: due(90).length,
    expired: expired.length,
    risk: countBy(
      [...due(90), ...expired].flatMap(({ row }) =>
        row.company === undefined ? [] : [row.company],
      ),
    ),
  };
}

export const ALL_STATUSES = Object.keys(STATUSES) as Status[];
