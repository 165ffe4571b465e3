import { MAX_BUDGET_MILLI } from '../../shared/protocol/statistics';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import { devicesOf } from '../store/devices';
import { findOffice } from '../store/offices';
import {
  addShare,
  ledgerOf,
  type StatisticsShare,
  setOfficeBudget,
  sharesOf,
} from '../store/statistics';
import { type AllotParts, holdOffice, leftOf, yearNow } from './allot';

/** How an office's budget stands this year. ε in thousandths. */
export interface BudgetStanding {
  readonly office: string;
  readonly year: number;
  readonly budgetMilli: number;
  readonly shareMilli: number;
  readonly leftMilli: number;
  readonly shares: readonly StatisticsShare[];
}

/** Budgets of shared statistics, for the administrator at the centre. */
export class StatisticsDesk {
  constructor(private readonly parts: AllotParts) {}

  /** Throws RangeError for an office that is not here. */
  async standing(office: string): Promise<BudgetStanding> {
    const year = yearNow(this.parts);
    return this.held(office, async (runner, { budgetMilli, shareMilli }) => ({
      office,
      year,
      budgetMilli,
      shareMilli,
      leftMilli: await leftOf(runner, office, year, budgetMilli),
      shares: await sharesOf(runner, office, year),
    }));
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

  /** Gives a device more of this year's budget. Throws RangeError where it is not of the office, or more than is left. */
  async give(office: string, device: string, milli: number): Promise<BudgetStanding> {
    if (!Number.isInteger(milli) || milli < 1)
      throw new RangeError('give whole thousandths, 1 at least');
    const year = yearNow(this.parts);
    await this.held(office, async (runner, { budgetMilli }) => {
      const devices = await devicesOf(runner, office);
      if (!devices.some(({ id, status }) => id === device && status === 'active'))
        throw new RangeError(`no device ${device} that works for office ${office}`);
      const left = await leftOf(runner, office, year, budgetMilli);
      if (milli > left)
        throw new RangeError(
          `${left} thousandths of ${year}'s ${budgetMilli} are left: nothing was given`,
        );
      const ledger = await ledgerOf(runner, device);
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
