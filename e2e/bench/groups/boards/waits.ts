import { setTimeout as delay } from 'node:timers/promises';
import type { Filter } from '../../../../shared/ipc/common';
import { percentile, timeMs } from '../../frame/measure';
import type { Report } from '../../frame/report';
import type { OpenDesk } from '../../real/desk';

const ASK_EVERY_MS = 5;

/** Asks other boards one after the other until `work` is done; ms of each, as its asker waits. */
async function boardsBeside(
  open: OpenDesk,
  { filters, day }: { readonly filters: readonly Filter[]; readonly day: number },
  work: () => Promise<unknown>,
): Promise<readonly number[]> {
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  const waits: number[] = [];
  for (let i = 0; !isDone; i++) {
    const filter = filters[i % filters.length] ?? {};
    waits.push(await timeMs(() => open.ask('boards.query', { filter, day })));
    await delay(ASK_EVERY_MS);
  }
  await working;
  return waits;
}

/** How long the year and the forecast take when they are first asked for, and what another board waits beside them. */
export async function firstSlowFigures(
  report: Report,
  open: OpenDesk,
  asked: { readonly filters: readonly Filter[]; readonly day: number },
): Promise<void> {
  for (const [name, work] of [
    ['trend', () => open.ask('boards.trend', { filter: {} })],
    ['forecast', () => open.ask('boards.forecast', { filter: {} })],
  ] as const) {
    const waits = await boardsBeside(open, asked, work);
    report.add(`boards.beside_${name}.max_ms`, Math.max(...waits));
    report.note(
      `${waits.length} boards were asked beside the ${name}; half of them had their answer within ${percentile(waits, 0.5).toFixed(0)} ms`,
    );
  }
}
