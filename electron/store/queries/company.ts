import { maskEmbeddedIds } from '../../../shared/domain/identity/masks';
import { STATUSES, type Status, wordOf } from '../../../shared/domain/model';
import { isStanding } from '../../../shared/domain/policy/cutoffs';
import type { CompanyFile } from '../../../shared/ipc/routes/dossiers';
import { CORE_COLUMNS, coreRow, readRenewedEnds } from '../cube/build';
import { decidingDays } from '../cube/day-columns';
import { isRegionIn, statusOf } from '../cube/row-filter';
import { isLateComplete } from '../slice/state';
import { raw, sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import type { Desk } from './desk';
import { kindWord } from './items';

const YEAR_DAYS = 365;
const MAX_YEARS = 20;
const IN_FORCE: readonly number[] = [STATUSES.valid, STATUSES.expiring, STATUSES['review-due']];

function staffingOf(text: string): CompanyFile['staffing'] {
  const rows = JSON.parse(text) as readonly (readonly [number, number, number])[];
  return rows
    .map(([year, headcount, required]) => ({ year, headcount, required }))
    .sort((a, b) => b.year - a.year)
    .slice(0, MAX_YEARS);
}

type Figures = Omit<CompanyFile, 'id' | 'name' | 'uscc' | 'region' | 'industry' | 'staffing'>;

/** Adds up the company's certificates in scope: one pass over its own rows. */
function figuresOf(desk: Desk, company: number): Figures {
  const { db, scopes, rules } = desk;
  const { cutoffs, marks } = rules;
  const { today } = cutoffs;
  const counts = new Map<number, number>();
  const kinds = new Map<number, { total: number; inForce: number }>();
  const holders = new Set<number>();
  const certified = new Set<number>();
  const within = { d7: 0, d30: 0, d60: 0, d90: 0 };
  const reviews = { open: 0, late: 0 };
  const renewal = { ended: 0, renewed: 0 };
  const isWhole = isLateComplete(db);
  let total = 0;
  const hasEnded = (day: number): boolean => day < today && day >= today - YEAR_DAYS;
  for (const found of db.all(
    sql`select ${raw(CORE_COLUMNS)} from certificate where "company" = ${company} order by id`,
  )) {
    const row = coreRow(found, marks);
    if (!isRegionIn(row.region, scopes)) continue;
    total++;
    const status = statusOf(row, cutoffs);
    const holder = intOf(found[10]);
    const isInForce = IN_FORCE.includes(status);
    counts.set(status, (counts.get(status) ?? 0) + 1);
    const kind = kinds.get(row.kind) ?? { total: 0, inForce: 0 };
    kinds.set(row.kind, { total: kind.total + 1, inForce: kind.inForce + (isInForce ? 1 : 0) });
    holders.add(holder);
    if (isInForce) certified.add(holder);
    const left = decidingDays(status, row.validTo, row.reviewDue ?? 0, cutoffs);
    if (left <= 7) within.d7++;
    if (left <= 30) within.d30++;
    if (left <= 60) within.d60++;
    if (left <= 90) within.d90++;
    if (isInForce && row.reviewDue !== null && row.reviewDue >= today) reviews.open++;
    if (status === STATUSES['review-overdue']) reviews.late++;
    if (isStanding(row.baseStatus) && hasEnded(row.validTo)) renewal.ended++;
    // Before all events are here nobody knows what was renewed.
    const renewed = isWhole ? readRenewedEnds(db, row.id).filter(hasEnded).length : 0;
    renewal.ended += renewed;
    renewal.renewed += renewed;
  }
  const byStatus: Partial<Record<Status, number>> = {};
  for (const [code, count] of counts) {
    const word = wordOf(STATUSES, code);
    if (word !== undefined) byStatus[word] = count;
  }
  return {
    total,
    byStatus,
    holders: holders.size,
    certified: certified.size,
    within,
    renewal,
    isWhole,
    reviews,
    kinds: [...kinds]
      .sort(([a], [b]) => a - b)
      .map(([code, sums]) => ({ kind: kindWord(code), ...sums })),
  };
}

/** One company; null where neither it nor a certificate of its staff is in the slice and the scope. */
export function readCompany(desk: Desk, id: number): { readonly company: CompanyFile | null } {
  const row = desk.db.get(
    sql`select "name", "uscc", "region", "industry", "staffing" from company where id = ${id}`,
  );
  if (row === undefined) return { company: null };
  const figures = figuresOf(desk, id);
  const region = intOf(row[2]);
  if (figures.total === 0 && !isRegionIn(region, desk.scopes)) return { company: null };
  return {
    company: {
      id,
      // A sole trader's name or code may hold his ID number.
      name: maskEmbeddedIds(textOf(row[0]), 'birth-8'),
      uscc: maskEmbeddedIds(textOf(row[1]), 'birth-8'),
      region: String(region),
      industry: intOf(row[3]),
      staffing: staffingOf(textOf(row[4])),
      ...figures,
    },
  };
}
