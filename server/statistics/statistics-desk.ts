import { MAX_BUDGET_MILLI } from '../../shared/protocol/statistics';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import { devicesOf } from '../store/devices';
import { findOffice } from '../store/offices';
import {
  addShare,
  findShare,
  ledgerOf,
  type StatisticsShare,
  setOfficeBudget,
  sharesOf,
} from '../store/statistics';
import { type AllotParts, giveFirst, holdOffice, LEDGERS_A_YEAR, leftOf, yearNow } from './allot';

/** How an office's budget stands this year. ε in thousandths. */
export interface BudgetStanding {
  readonly office: string;
  readonly year: number;
  readonly budgetMilli: number;
  readonly shareMilli: number;
  readonly leftMilli: number;
  readonly shares: readonly StatisticsShare[];
  /** Devices whose present ledger gets nothing by itself, because they had too many this year: a person looks and gives. */
  readonly waiting: readonly { readonly device: string; readonly ledger: string }[];
}

/** Budgets of shared statistics, for the administrator at the centre. */
export class StatisticsDesk {
  constructor(private readonly parts: AllotParts) {}

  /** Throws RangeError for an office that is not here. */
  async standing(office: string): Promise<BudgetStanding> {
    const year = yearNow(this.parts);
    return this.held(office, async (runner, { budgetMilli, shareMilli }) => {
      const shares = await sharesOf(runner, office, year);
      const leftMilli = await leftOf(runner, office, year, budgetMilli);
      const waiting = await waitingOf(runner, office, shares);
      return { office, year, budgetMilli, shareMilli, leftMilli, shares, waiting };
    });
  }

  /**
   * Sets the yearly budget and the first share. What was given stays given: a budget below it only means that nobody gets
   * more. Throws RangeError beyond the bounds.
   */
  async setBudget(
    office: string,
    { budgetMilli, shareMilli }: { readonly budgetMilli: number; readonly shareMilli: number },
    agreed: Agreed | null = null,
  ): Promise<BudgetStanding> {
    await demandTwo(this.parts.client, 'a budget of shared statistics', agreed);
    const isWithin = (milli: number): boolean =>
      Number.isInteger(milli) && milli >= 0 && milli <= MAX_BUDGET_MILLI;
    if (!isWithin(budgetMilli) || !isWithin(shareMilli))
      throw new RangeError(`a budget is 0 to ${MAX_BUDGET_MILLI} thousandths`);
    await this.held(office, (runner) => setOfficeBudget(runner, office, budgetMilli, shareMilli));
    return this.standing(office);
  }

  /** Gives a device more of this year's budget than its first share. Throws RangeError where it is not of the office, or more than is left. */
  async give(
    office: string,
    device: string,
    milli: number,
    agreed: Agreed | null = null,
  ): Promise<BudgetStanding> {
    await demandTwo(this.parts.client, 'more of a budget of shared statistics', agreed);
    if (!Number.isInteger(milli) || milli < 1)
      throw new RangeError('give whole thousandths, 1 at least');
    const year = yearNow(this.parts);
    await this.held(office, async (runner, held) => {
      const { budgetMilli } = held;
      const devices = await devicesOf(runner, office);
      if (!devices.some(({ id, status }) => id === device && status === 'active'))
        throw new RangeError(`no device ${device} that works for office ${office}`);
      const ledger = await ledgerOf(runner, device);
      // What is given comes on top of the first share, also where the device has not asked for that one yet.
      if ((await findShare(runner, device, ledger, year)) === undefined)
        await giveFirst(this.parts, runner, held, { office, device, ledger, year });
      const left = await leftOf(runner, office, year, budgetMilli);
      if (milli > left)
        throw new RangeError(
          `${left} thousandths of ${year}'s ${budgetMilli} are left: nothing was given`,
        );
      const givenMs = this.parts.nowMs();
      await addShare(runner, { device, ledger, year, office, milli, givenMs });
    });
    return this.standing(office);
  }

  private async held<T>(
    office: string,
    work: (
      runner: Parameters<typeof holdOffice>[1],
      held: Awaited<ReturnType<typeof holdOffice>>,
    ) => Promise<T>,
  ): Promise<T> {
    return this.parts.client.transaction(async (runner) => {
      if ((await findOffice(runner, office)) === undefined)
        throw new RangeError(`no office ${office} here`);
      return work(runner, await holdOffice(this.parts, runner, office));
    });
  }
}

async function waitingOf(
  runner: Parameters<typeof devicesOf>[0],
  office: string,
  shares: readonly StatisticsShare[],
): Promise<BudgetStanding['waiting']> {
  const waiting: { readonly device: string; readonly ledger: string }[] = [];
  for (const { id: device } of await devicesOf(runner, office)) {
    const had = shares.filter((one) => one.device === device);
    if (had.length < LEDGERS_A_YEAR) continue;
    const ledger = await ledgerOf(runner, device);
    if (!had.some((one) => one.ledger === ledger)) waiting.push({ device, ledger });
  }
  return waiting;
}
