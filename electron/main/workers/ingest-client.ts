import { Worker } from 'node:worker_threads';
import { AppError } from '../../../shared/errors/app-error';
import { MAX_ROWS_PER_OBJECT } from '../../../shared/protocol/columns';
import { PendingCalls } from '../clients/pending-calls';
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
  /** Ends the thread, and its keys with it. */
  end(): Promise<void>;
}

/** Starts the ingest worker (`file`: its bundle) with copies of the keys. */
export async function startIngest(
  file: string,
  keys: IngestKeys,
  counters: CounterSource,
): Promise<Ingest> {
  const worker = new Worker(file, { env: {}, argv: [], execArgv: [] });
  const calls = new PendingCalls();
  worker.on('message', (message: IngestAnswer) => {
    if (message.ok) calls.resolve(message.id, message.value);
    else {
      const { code, params, detail } = message.error;
      calls.reject(message.id, new AppError(code, params, detail));
    }
  });
  const dead = (error?: unknown) =>
    calls.rejectAll(new AppError('SYNC_INTERRUPTED', {}, `ingest worker ended: ${String(error)}`));
  worker.on('error', dead);
  worker.on('exit', dead);
  worker.unref();
  const send = <T>(request: Omit<IngestRequest, 'id'>): Promise<T> =>
    calls.start<T>((id) => worker.postMessage({ id, ...request }));

  const copies: IngestKeys = {
    ...keys,
    field: keys.field.slice(),
    region: keys.region.slice(),
    transportPrivate: keys.transportPrivate.slice(),
  };
  await send<null>({ kind: 'begin', keys: copies } as Omit<IngestRequest, 'id'>);
  for (const key of [copies.field, copies.region, copies.transportPrivate]) key.fill(0);

  return {
    segment: async (object, rows) => {
      const firstCounter = await counters.take(rows);
      return send({ kind: 'segment', object, firstCounter } as Omit<IngestRequest, 'id'>);
    },
    page: async (object) => {
      const firstCounter = await counters.take(COUNTERS_PER_OBJECT);
      return send({ kind: 'page', object, firstCounter } as Omit<IngestRequest, 'id'>);
    },
    end: async () => void (await worker.terminate()),
  };
}
