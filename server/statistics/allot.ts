import { randomBytes } from 'node:crypto';
import { dayInShanghai, yearOf } from '../../shared/kernel/day';
import { STATISTICS_SECRET_BYTES } from '../../shared/protocol/statistics';
import type { KeyProvider } from '../keys/key-provider';
import type { SqlClient, SqlRunner } from '../store/sql-client';
import {
  addShare,
  findOfficeStatistics,
  findShare,
  holdOfficeStatistics,
  ledgerOf,
  type OfficeStatistics,
  sharesOf,
} from '../store/statistics';

/** A year's ε of an office, and what a ledger gets of it by itself, until an administrator sets others: 4 and 1/2. */
const BUDGET_MILLI = 4_000;
const SHARE_MILLI = 500;
/**
 * Ledgers of one device that get a first share by themselves in a year: that of the year's beginning and two that follow a
 * restored journal. A device that names another one at each contact would take the whole office's year; what it names beyond
 * waits for a person, who gives.
 */
export const LEDGERS_A_YEAR = 3;

export interface AllotParts {
  readonly client: SqlClient;
  readonly keys: Pick<KeyProvider, 'wrap' | 'unwrap'>;
  readonly nowMs: () => number;
}

/** What one device may spend, and of what. ε in thousandths. */
export interface Allotment {
  readonly year: number;
  readonly ledger: string;
  readonly shareMilli: number;
  readonly budgetMilli: number;
  /** Wrapped. */
  readonly secret: Uint8Array;
}

const contextOf = (office: string): string => `statistics of office ${office}`;

/** The secret in the open. */
export const secretOf = (
  { keys }: Pick<AllotParts, 'keys'>,
  office: string,
  wrapped: Uint8Array,
): Buffer => keys.unwrap(wrapped, contextOf(office));

export const yearNow = ({ nowMs }: Pick<AllotParts, 'nowMs'>): number =>
  yearOf(dayInShanghai(nowMs()));

/** The office's row, held until the transaction ends. */
export function holdOffice(
  { keys }: Pick<AllotParts, 'keys'>,
  runner: SqlRunner,
  office: string,
): Promise<OfficeStatistics> {
  return holdOfficeStatistics(runner, office, {
    secret: keys.wrap(randomBytes(STATISTICS_SECRET_BYTES), contextOf(office)),
    budgetMilli: BUDGET_MILLI,
    shareMilli: SHARE_MILLI,
  });
}

/** What of the year's budget was given to nobody; never below nothing, also where the budget was lowered since. */
export async function leftOf(
  runner: SqlRunner,
  office: string,
  year: number,
  budgetMilli: number,
): Promise<number> {
  const given = await sharesOf(runner, office, year);
  return Math.max(0, budgetMilli - given.reduce((sum, { milli }) => sum + milli, 0));
}

/**
 * What a device's ledger may spend this year. A ledger that comes for the first time in a year gets the first share, or
 * what is left of the budget; one device after another, so that together they never get more than the budget.
 */
export async function allotmentOf(
  parts: AllotParts,
  office: string,
  device: string,
): Promise<Allotment> {
  const year = yearNow(parts);
  const ledger = await ledgerOf(parts.client, device);
  const found = await findOfficeStatistics(parts.client, office);
  const share = await findShare(parts.client, device, ledger, year);
  if (found !== undefined && share !== undefined)
    return { year, ledger, shareMilli: share, ...withoutShare(found) };
  return parts.client.transaction(async (runner) => {
    const held = await holdOffice(parts, runner, office);
    const kept = await findShare(runner, device, ledger, year);
    if (kept !== undefined) return { year, ledger, shareMilli: kept, ...withoutShare(held) };
    const shareMilli = await giveFirst(parts, runner, held, { office, device, ledger, year });
    return { year, ledger, shareMilli, ...withoutShare(held) };
  });
}

/**
 * Gives a ledger that has nothing yet its first share, or what is left, and says how much; nothing where the device had enough
 * ledgers this year. The caller holds the office's row.
 */
export async function giveFirst(
  { nowMs }: Pick<AllotParts, 'nowMs'>,
  runner: SqlRunner,
  { budgetMilli, shareMilli }: OfficeStatistics,
  of: Readonly<Record<'office' | 'device' | 'ledger', string>> & { readonly year: number },
): Promise<number> {
  const shares = await sharesOf(runner, of.office, of.year);
  if (shares.filter(({ device }) => device === of.device).length >= LEDGERS_A_YEAR) return 0;
  const milli = Math.min(shareMilli, await leftOf(runner, of.office, of.year, budgetMilli));
  await addShare(runner, { ...of, milli, givenMs: nowMs() });
  return milli;
}

const withoutShare = ({ secret, budgetMilli }: OfficeStatistics) => ({ secret, budgetMilli });
