import { MAX_BUDGET_MILLI } from '../../shared/protocol/statistics';
import type { BudgetStanding } from '../statistics/statistics-desk';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const epsilon = (milli: number): string => `${milli}/1000`;

function say(terminal: Terminal, standing: BudgetStanding): void {
  const { office, year, budgetMilli, shareMilli, leftMilli, shares, waiting } = standing;
  terminal.out(
    `office ${office}, ${year}: budget ε = ${epsilon(budgetMilli)}, first share ${epsilon(shareMilli)}, not given yet ${epsilon(leftMilli)}`,
  );
  for (const { device, ledger, milli, givenMs } of shares)
    terminal.out(
      `${device}  ledger ${ledger.slice(0, 12)}  ${epsilon(milli)}  since ${new Date(givenMs).toISOString().slice(0, 10)}`,
    );
  for (const { device, ledger } of waiting)
    terminal.out(
      `LOOK ${device}  ledger ${ledger.slice(0, 12)} is a further one this year and gets nothing by itself: --device ${device} --give N where its journal was restored`,
    );
}

/** `statistics`: how the budget of an office stands; with options sets it, or gives a device more. */
export function statistics(args: Arguments, terminal: Terminal): Promise<void> {
  const office = args.need('office');
  const [budgetMilli, shareMilli] = (['budget', 'share'] as const).map((name) =>
    args.number(name, 0, MAX_BUDGET_MILLI),
  );
  const [device, give] = [args.text('device'), args.number('give', 1, MAX_BUDGET_MILLI)];
  if ((budgetMilli === undefined) !== (shareMilli === undefined))
    throw new UsageError('--budget and --share go together');
  if ((device === undefined) !== (give === undefined))
    throw new UsageError('--device and --give go together');
  return withCentral(args, terminal, async ({ statistics: desk }) => {
    if (budgetMilli !== undefined && shareMilli !== undefined)
      await desk.setBudget(office, { budgetMilli, shareMilli });
    if (device !== undefined && give !== undefined) await desk.give(office, device, give);
    const standing = await desk.standing(office);
    if (args.has('json')) terminal.out(JSON.stringify(standing));
    else say(terminal, standing);
  });
}
