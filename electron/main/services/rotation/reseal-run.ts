import { AppError } from '../../../../shared/errors/app-error';
import type { SealedEntity, StoreCalls } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { Ingest } from '../../workers/ingest-client';

const ROWS_PER_BATCH = 2_000;
const ENTITIES: readonly SealedEntity[] = ['person', 'certificate'];
const SWAP_PAUSE_MS = 200;

export interface ResealParts {
  readonly store: StoreCaller;
  readonly ingest: Ingest;
  /** Of the key that everything is to be sealed under. */
  readonly version: number;
  readonly signal: AbortSignal;
  /** Rows looked at and sealed anew, in this step. */
  onStep(looked: number, resealed: number): void;
}

/**
 * Seals every stored value under the next key, until a whole pass finds none under another: what was done
 * before an interruption is found done, what arrives meanwhile is under the next key already. Batches are
 * written while the following one is sealed. Throws CANCELLED on abort, STORE_CORRUPT for a value that no
 * key opens.
 */
export async function resealAll(parts: ResealParts): Promise<void> {
  for (let found = -1; found !== 0; ) {
    found = 0;
    for (const entity of ENTITIES) found += await pass(entity, parts);
  }
}

async function pass(entity: SealedEntity, parts: ResealParts): Promise<number> {
  const { store, ingest, signal, onStep } = parts;
  let found = 0;
  let afterId = 0;
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for (let isEnd = false; !isEnd; ) {
      if (signal.aborted) throw new AppError('CANCELLED');
      const { lastId, scanned, isEnd: isLast, ...before } = await read(entity, afterId, parts);
      afterId = lastId;
      isEnd = isLast;
      const rows = before.ids.length;
      found += rows;
      if (rows > 0) {
        const after = await ingest.reseal(entity, before);
        await writing;
        writing = store.call('resealWrite', { entity, before, after });
        // Awaited with the next batch; a failure must not count as unheard meanwhile.
        writing.catch(() => undefined);
      }
      onStep(scanned, rows);
    }
  } finally {
    await writing;
  }
  return found;
}

/** A first load that is just being put in place leaves no slice for a moment. */
async function read(
  entity: SealedEntity,
  afterId: number,
  { store, version, signal }: ResealParts,
): Promise<StoreCalls['resealRead'][1]> {
  const input = { entity, afterId, version, limit: ROWS_PER_BATCH };
  for (;;) {
    try {
      return await store.call('resealRead', input);
    } catch (error) {
      const isSwapping = error instanceof AppError && error.code === 'SLICE_EMPTY';
      if (!isSwapping || signal.aborted) throw error;
      if (!(await store.call('state', {})).hasSlice) throw error;
      await new Promise((resolve) => setTimeout(resolve, SWAP_PAUSE_MS));
    }
  }
}
