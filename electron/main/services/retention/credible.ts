import { credibleNowMs, RETENTION } from '../../../../shared/domain/policy/retention';
import type { PurgeCuts } from '../../../store/retention-calls';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: up to when the last purge reckoned, UTC ms. */
const LAST_FACT = 'retention.last';

export interface CredibleCuts {
  /** The time that a purge may reckon with. */
  readonly nowMs: number;
  /** The machine's clock is further than a step beyond that. */
  readonly isHeld: boolean;
  readonly cuts: PurgeCuts;
}

/**
 * How far a purge may reach now; null where the server never told the time. `asOfMs`: the server's time of the data as it
 * was signed: a date that somebody wrote into the slice must not let anything go early.
 */
export async function credibleCuts(
  store: StoreCaller,
  clockMs: number,
  asOfMs: number | null,
): Promise<CredibleCuts | null> {
  const last = await store.call('factGet', { name: LAST_FACT });
  const credible = credibleNowMs({
    clockMs,
    serverMs: asOfMs,
    lastMs: last === null ? null : Number(last),
  });
  if (credible === null) return null;
  const lookUpsBeforeMs = credible.nowMs - RETENTION.lookUpsMs;
  const batchesBeforeMs = credible.nowMs - RETENTION.batchesMs;
  return { ...credible, cuts: { lookUpsBeforeMs, batchesBeforeMs } };
}

/** Remembers how far a purge that ended has reached. */
export async function rememberReach(store: StoreCaller, nowMs: number): Promise<void> {
  await store.call('factSet', { name: LAST_FACT, value: String(nowMs) });
}
