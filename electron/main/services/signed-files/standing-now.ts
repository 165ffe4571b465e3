import { pileOf } from '../../../../shared/domain/batch/verdicts';
import type { Status } from '../../../../shared/domain/model';
import type { StoreCaller } from '../../clients/store-client';

/** Certificates of one question to the store. */
const STEP = 1_000;

/** Whether somebody may work by it: in force, also where it soon has to be renewed. */
const isUsable = (status: Status | null): boolean =>
  status !== null && ['good', 'soon'].includes(pileOf(status));

/**
 * Those of the certificates by which nobody may work at this moment, by the data, marks and day of now: ended, revoked, under
 * verification, or not here any more. What an earlier check said of them does not hold any longer.
 */
export async function notUsableNow(
  store: Pick<StoreCaller, 'call'>,
  certificates: Iterable<number>,
): Promise<ReadonlySet<number>> {
  const bad = new Set<number>();
  const wanted = [...new Set(certificates)];
  for (let from = 0; from < wanted.length; from += STEP) {
    const ids = wanted.slice(from, from + STEP);
    const { statuses } = await store.call('batchStanding', { ids });
    for (const [i, id] of ids.entries()) if (!isUsable(statuses[i] ?? null)) bad.add(id);
  }
  return bad;
}
