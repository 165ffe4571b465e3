import type { Status } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import { type BatchAgain, type BatchHead, MAX_CHANGED } from '../../../../shared/ipc/routes/batch';
import type { BatchStatusRow } from '../../../store/batch-calls';
import type { StoreCaller } from '../../clients/store-client';

/** Certificates of one question to the store. */
const STEP = 1_000;

export interface LookAgainParts {
  readonly store: Pick<StoreCaller, 'call'>;
  readonly userId: string;
  /** Throws when the session that asked is over, or a later look took its place. */
  demandSession(): void;
}

/**
 * Looks up what the rows of a batch read by the data, marks and day of now. A list is opened again days later, and what it said
 * then must not stand there as if it were of today. Throws BATCH_GONE.
 */
export async function lookAgain(parts: LookAgainParts, head: BatchHead): Promise<BatchAgain> {
  const { store, userId } = parts;
  const changed: { line: number; now: Status | null }[] = [];
  let count = 0;
  let compared = 0;
  for (let after = 0; ; ) {
    const { rows } = await store.call('batchStatuses', { batch: head.id, userId, after });
    parts.demandSession();
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.line;
    const now = await statusesOf(store, rows);
    parts.demandSession();
    for (const row of rows) {
      if (row.certificates.length === 0) continue;
      compared++;
      const other = row.certificates.find((id) => now.get(id) !== row.status);
      if (other === undefined) continue;
      count++;
      if (changed.length < MAX_CHANGED)
        changed.push({ line: row.line, now: now.get(other) ?? null });
    }
  }
  const payload = { batch: head.id, rows: compared, changed: count };
  await store.call('auditAppend', { kind: 'batch-looked-again', actor: userId, payload });
  return { changed: count, unknown: head.rows - compared, rows: changed };
}

async function statusesOf(
  store: LookAgainParts['store'],
  rows: readonly BatchStatusRow[],
): Promise<ReadonlyMap<number, Status | null>> {
  const wanted = [...new Set(rows.flatMap(({ certificates }) => certificates))];
  const now = new Map<number, Status | null>();
  for (let from = 0; from < wanted.length; from += STEP) {
    const ids = wanted.slice(from, from + STEP);
    const { statuses } = await store.call('batchStanding', { ids });
    if (statuses.length !== ids.length) throw new AppError('INTERNAL', {}, 'batch: a standing');
    for (const [i, id] of ids.entries()) now.set(id, statuses[i] ?? null);
  }
  return now;
}
