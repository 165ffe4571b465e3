import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_HEADER, objectPath, PATHS } from '../../../shared/protocol/endpoints';
import { CheckpointSchema, type Manifest, ManifestSchema } from '../../../shared/protocol/manifest';
import type { Central } from '../../central';
import { applyChanges } from '../../ingest/changes';
import { type LeafOf, leavesOf } from '../../ingest/leaves';
import { openPostgres } from '../../store/pg-client';
import type { SqlClient } from '../../store/sql-client';
import { enrolTestDevice, type TestDevice } from '../device';
import { testCentral } from '../place';
import { Replica } from '../replica';

const REGION = '3306';
const SLICE = 3306;
const WRITERS = 8;
const TRANSACTIONS = 12;
const READERS = 3;
const SLOW_MS = 60;

let central: Central;
let close: () => Promise<void>;
/** Connections of their own, as other processes of the server would have. */
let other: SqlClient;
let device: TestDevice;
let leafOf: LeafOf;

beforeAll(async () => {
  const made = await testCentral({ [REGION]: 60 });
  ({ central, close } = made);
  other = await openPostgres(made.place.databaseUrl ?? '', made.place.databaseSchema);
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  const { code } = await central.createEnrolment({ name: '局', region: REGION, users });
  device = await enrolTestDevice(central.url, code);
  leafOf = leavesOf(Buffer.from(device.keys.digestTag, 'base64'));
});
afterAll(async () => {
  await other.close();
  await close();
});

async function load(): Promise<{ replica: Replica; manifest: Manifest }> {
  const envelope: unknown = JSON.parse((await device.get(PATHS.manifest)).body.toString('utf8'));
  const manifest = await device.open(envelope, ManifestSchema);
  const replica = new Replica(device.keys);
  for (const { sha256 } of manifest.segments)
    replica.segment((await device.get(objectPath(sha256))).body);
  return { replica, manifest };
}

class RolledBack extends Error {}

/**
 * One writer's transactions: short ones, ones that stay open long after they took their numbers, and
 * ones that are rolled back. Returns the companies that were committed, with their last name.
 */
async function write(writer: number, uscc: string): Promise<ReadonlyMap<number, string>> {
  const committed = new Map<number, string>();
  for (let i = 0; i < TRANSACTIONS; i++) {
    const id = 9_000_000 + writer * 1_000 + Math.floor(i / 2);
    const name = `企业${writer}-${i}`;
    const values = { name, uscc, industry: 26, region: 330602, staffing: [] };
    const kind = (writer + i) % 3;
    try {
      await other.transaction(async (runner) => {
        await applyChanges(runner, SLICE, leafOf, [{ op: 'put', entity: 'company', id, values }]);
        if (kind !== 0) await delay(SLOW_MS * (1 + (i % 2)));
        if (kind === 2) throw new RolledBack();
      });
      committed.set(id, name);
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    }
  }
  return committed;
}

/** A device that follows: after every delta its rows must make up the signed root. */
async function read(isWriting: () => boolean, maxRows: number): Promise<Replica> {
  const { replica, manifest } = await load();
  let { cursor } = manifest;
  for (let isLast = false; !isLast; ) {
    isLast = !isWriting();
    for (let hasMore = true; hasMore; ) {
      const raw = await device.get(`${PATHS.changes}?cursor=${cursor}&maxRows=${maxRows}`);
      const header = replica.page(raw.body);
      ({ cursor, hasMore } = header);
      if (hasMore) continue;
      const proof = Buffer.from(String(raw.headers[CHECKPOINT_HEADER]), 'base64url');
      const checkpoint = await device.open(JSON.parse(proof.toString('utf8')), CheckpointSchema);
      expect([checkpoint.rseq, replica.root()]).toEqual([header.to, checkpoint.root]);
    }
  }
  return replica;
}

describe('the order of changes on PostgreSQL', () => {
  // Would catch: numbers given in the order of statements instead of commits. A reader then passes a number
  // whose transaction is still open, and never sees that row. Proved by mutation (2026-11-26): with
  // `takeChangeNumbers` taking its numbers on a connection of its own, and rows written one after another as
  // before, this fails at the first root after a long transaction.
  it('lets no cursor skip a row, with many writers, long transactions and rollbacks', async () => {
    const { replica } = await load();
    const [any] = replica.of('company').values();
    const uscc = String(any?.values.uscc);
    let isWriting = true;
    const writing = Promise.all(
      Array.from({ length: WRITERS }, (_, writer) => write(writer, uscc)),
    ).finally(() => {
      isWriting = false;
    });
    const reading = Promise.all(
      Array.from({ length: READERS }, (_, reader) =>
        read(() => isWriting, [1, 3, 500][reader] ?? 1),
      ),
    );
    const [written, replicas] = await Promise.all([writing, reading]);
    const committed = new Map(written.flatMap((map) => [...map]));
    expect(committed.size).toBeGreaterThan(WRITERS * 3);
    await central.snapshot(REGION);
    const fresh = await load();
    for (const one of [...replicas, fresh.replica]) {
      for (const [id, name] of committed)
        expect([id, one.of('company').get(id)?.values.name]).toEqual([id, name]);
      expect(one.root()).toBe(fresh.manifest.base.root);
    }
  }, 600_000);
});
