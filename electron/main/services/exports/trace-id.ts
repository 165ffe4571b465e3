import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import type { StoreCaller } from '../../clients/store-client';

const FACT = 'exports.last-trace';

/**
 * A new trace id `DC-YYYYMMDD-NNNN`, counted per day in the journal, so that none is given twice by
 * this device. The number is kept before it is used: a failed export leaves a gap, never a repetition.
 */
export function nextTraceId(store: StoreCaller, nowMs: number): Promise<string> {
  const drawn = turn.then(() => draw(store, nowMs));
  turn = drawn.catch(() => undefined);
  return drawn;
}

/** One after the other: two that read the same last number would give the same one. */
let turn: Promise<unknown> = Promise.resolve();

async function draw(store: StoreCaller, nowMs: number): Promise<string> {
  const day = isoFromDay(dayInShanghai(nowMs)).replaceAll('-', '');
  const last = await store.call('factGet', { name: FACT });
  const match = /^DC-(\d{8})-(\d{4,6})$/.exec(last ?? '');
  const number = match?.[1] === day ? Number(match[2]) + 1 : 1;
  const traceId = `DC-${day}-${String(number).padStart(4, '0')}`;
  await store.call('factSet', { name: FACT, value: traceId });
  return traceId;
}
