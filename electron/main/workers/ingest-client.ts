import { AppError } from '../../../shared/errors/app-error';
import { MAX_ROWS_PER_OBJECT } from '../../../shared/protocol/columns';
import { sealTo } from '../../crypto/handover';
import type { DeepFindings, DeepRows } from '../../store/deep-calls';
import type { ResealedColumns, SealedEntity, SealedRows } from '../../store/protocol';
import { PendingCalls } from '../clients/pending-calls';
import type { StartProcess } from '../clients/process-link';
import type {
  IngestAnswer,
  IngestedPage,
  IngestedSegment,
  IngestKeys,
  IngestRequest,
} from './ingest-protocol';

/** Seal counters set aside for one object: every row of its two sealed entities. */
export const COUNTERS_PER_OBJECT = 2 * MAX_ROWS_PER_OBJECT;

/** Hands out seal counters that were never used under the present field key. */
export interface CounterSource {
  /** The first of `count` fresh counters. */
  take(count: number): Promise<bigint>;
}

/** Seals what the line brings. Rejects with SYNC_OBJECT_DAMAGED for an unsound object. */
export interface Ingest {
  segment(object: Uint8Array, rows: number): Promise<IngestedSegment>;
  page(object: Uint8Array): Promise<IngestedPage>;
  /** Seals stored values anew under `field`. STORE_CORRUPT for a blob that no known key opens. */
  reseal(entity: SealedEntity, rows: SealedRows): Promise<ResealedColumns>;
  /** Compares stored rows with what their sealed values say; nothing of a value comes back but masks and tags. */
  check(entity: SealedEntity, rows: DeepRows): Promise<DeepFindings>;
  /** Ends the process, and its keys with it. */
  end(): Promise<void>;
}

/** Starts the ingest worker with copies of the keys, which stay the caller's. */
export async function startIngest(
  startProcess: StartProcess,
  keys: IngestKeys,
  counters: CounterSource,
): Promise<Ingest> {
  const worker = startProcess();
  const calls = new PendingCalls();
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    worker.onExit(() => {
      hasEnded = true;
      calls.rejectAll(new AppError('SYNC_INTERRUPTED', {}, 'ingest worker ended'));
      resolve();
    });
  });
  const point = new Promise<Uint8Array>((resolve) => {
    worker.onMessage((message) => {
      const answer = message as IngestAnswer;
      if ('point' in answer) resolve(answer.point);
      else if (answer.ok) calls.resolve(answer.id, answer.value);
      else {
        const { code, params, detail } = answer.error;
        calls.reject(answer.id, new AppError(code, params, detail));
      }
    });
  });
  const send = <T>(request: Unnumbered): Promise<T> => {
    if (hasEnded) return Promise.reject(new AppError('SYNC_INTERRUPTED', {}, 'no ingest worker'));
    return calls.start<T>((id) => worker.post({ id, ...request }));
  };

  try {
    const ready = await Promise.race([point, ended]);
    if (ready === undefined) throw new AppError('SYNC_INTERRUPTED', {}, 'no ingest worker');
    const { field, fieldBefore, region, transportPrivate, fieldVersion } = keys;
    const before = fieldBefore === undefined ? {} : { fieldBefore };
    const sealedKeys = sealTo(ready, { field, ...before, region, transportPrivate });
    await send<null>({ kind: 'begin', sealedKeys, fieldVersion });
  } catch (error) {
    // Nobody else knows of it: it would live on with the keys that it got.
    worker.kill();
    throw error;
  }

  return {
    segment: async (object, rows) => {
      const firstCounter = await counters.take(rows);
      return send({ kind: 'segment', object, firstCounter });
    },
    page: async (object) => {
      const firstCounter = await counters.take(COUNTERS_PER_OBJECT);
      return send({ kind: 'page', object, firstCounter });
    },
    end: async () => {
      worker.kill();
      await ended;
    },
    check: (entity, rows) => send({ kind: 'check', entity, rows }),
    reseal: async (entity, { blobs, offsets }) => {
      const firstCounter = await counters.take(offsets.length - 1);
      return send({ kind: 'reseal', entity, rows: { blobs, offsets }, firstCounter });
    },
  };
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
type Unnumbered = WithoutId<IngestRequest>;
