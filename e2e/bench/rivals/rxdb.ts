import { createRxDatabase, type RxJsonSchema } from 'rxdb/plugins/core';
import { replicateRxCollection } from 'rxdb/plugins/replication';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { Task } from '../frame/child';
import type { CoreCertificate } from '../real/core-rows';
import type { PeerPull, PeerResult } from './pouchdb';

type Document = Omit<CoreCertificate, 'id'> & { readonly id: string };
interface Checkpoint {
  readonly from: number;
}

const BATCH = 5_000;
const integer = { type: 'integer' } as const;
const optionalInteger = { type: ['integer', 'null'] } as const;

const SCHEMA: RxJsonSchema<Document> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 16 },
    rev: integer,
    number: { type: ['string', 'null'] },
    kind: integer,
    category: optionalInteger,
    holder: integer,
    company: optionalInteger,
    issuer: integer,
    region: integer,
    industry: integer,
    firstIssue: integer,
    validFrom: integer,
    validTo: integer,
    reviewDue: optionalInteger,
    baseStatus: integer,
  },
};

/** RxDB into its memory storage: nothing is written to a disk. */
async function pull({ url, rows, mostMs }: PeerPull): Promise<PeerResult> {
  const db = await createRxDatabase({ name: 'bench', storage: getRxStorageMemory() });
  const { certificates } = await db.addCollections({ certificates: { schema: SCHEMA } });
  if (certificates === undefined) throw new Error('RxDB made no collection');
  const start = performance.now();
  const replication = replicateRxCollection<Document, Checkpoint>({
    collection: certificates,
    replicationIdentifier: 'bench',
    live: false,
    pull: {
      batchSize: BATCH,
      async handler(checkpoint, batchSize) {
        const from = checkpoint?.from ?? 0;
        const response = await fetch(`${url}/pull?from=${from}&limit=${batchSize}`);
        const documents = (await response.json()) as Document[];
        return {
          documents: documents.map((document) => ({ ...document, _deleted: false })),
          checkpoint: { from: from + documents.length },
        };
      },
    },
  });
  replication.error$.subscribe((error) => {
    throw error;
  });
  let timer: NodeJS.Timeout | undefined;
  const isOver = await Promise.race([
    replication.awaitInitialReplication().then(() => false),
    new Promise<true>((resolve) => {
      timer = setTimeout(() => resolve(true), mostMs);
    }),
  ]);
  clearTimeout(timer);
  const ms = performance.now() - start;
  if (isOver) await replication.cancel();
  const count = await certificates.count().exec();
  if (!isOver && count !== rows) throw new Error(`RxDB has ${count} of ${rows} rows`);
  return { ms, rows: count };
}

export const rxdbTask: Task<PeerPull, PeerResult> = {
  name: 'rxdb',
  calls: { run: pull },
};
