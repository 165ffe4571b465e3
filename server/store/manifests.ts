import type { SignedStatement } from '../../shared/protocol/signed-statement';
import { holdKeyEpoch } from './region-keys';
import type { SqlRunner } from './sql-client';

/** Any number that no other program takes as an advisory lock in our database. */
const MANIFEST_LOCK = 330600128;

/** A signed manifest as it was published. */
export interface ManifestRecord {
  readonly serial: number;
  readonly epoch: string;
  readonly baseRseq: number;
  readonly envelope: SignedStatement;
  /** SHA-256 of the signed payload: what the next one names as its previous. */
  readonly sha256: string;
  readonly createdMs: number;
}

/** Holds a slice's manifests until the transaction ends. */
export async function holdManifests(runner: SqlRunner, slice: number): Promise<void> {
  await runner.query('select pg_advisory_xact_lock($1, $2)', [MANIFEST_LOCK, slice]);
}

export async function latestManifest(
  runner: SqlRunner,
  slice: number,
): Promise<ManifestRecord | undefined> {
  return firstOf(runner, slice, 'true order by serial desc');
}

/** The latest manifest without what it says: enough to know whether one has it. */
export async function latestManifestHead(
  runner: SqlRunner,
  slice: number,
): Promise<Pick<ManifestRecord, 'serial' | 'sha256' | 'createdMs'> | undefined> {
  const [row] = await runner.query<{ serial: number; sha256: string; created_ms: number }>(
    'select serial, sha256, created_ms from manifest where slice = $1 order by serial desc limit 1',
    [slice],
  );
  return row && { serial: row.serial, sha256: row.sha256, createdMs: row.created_ms };
}

/** The first manifest of a history: where its first tier begins. */
export async function firstManifest(
  runner: SqlRunner,
  slice: number,
  epoch: string,
): Promise<ManifestRecord | undefined> {
  return firstOf(runner, slice, 'epoch = $2 order by serial', epoch);
}

async function firstOf(
  runner: SqlRunner,
  slice: number,
  which: string,
  ...parameters: readonly string[]
): Promise<ManifestRecord | undefined> {
  const [row] = await runner.query<{
    serial: number;
    epoch: string;
    base_rseq: number;
    envelope: SignedStatement;
    sha256: string;
    created_ms: number;
  }>(
    `select serial, epoch, base_rseq, envelope, sha256, created_ms from manifest where slice = $1 and ${which} limit 1`,
    [slice, ...parameters],
  );
  if (row === undefined) return undefined;
  const { serial, epoch, base_rseq: baseRseq, envelope, sha256, created_ms: createdMs } = row;
  return { serial, epoch, baseRseq, envelope, sha256, createdMs };
}

export async function addManifest(
  runner: SqlRunner,
  slice: number,
  manifest: ManifestRecord,
): Promise<void> {
  const { serial, epoch, baseRseq, envelope, sha256, createdMs } = manifest;
  await runner.query(
    `insert into manifest (slice, serial, epoch, base_rseq, envelope, sha256, created_ms)
     values ($1, $2, $3, $4, $5::text::jsonb, $6, $7)`,
    [slice, serial, epoch, baseRseq, JSON.stringify(envelope), sha256, createdMs],
  );
}

/** What an object is: decides who may fetch it. */
export type ObjectKind = 'segment' | 'pack' | 'tier';

export interface ObjectRecord {
  readonly sha256: string;
  readonly kind: ObjectKind;
  readonly bytes: number;
  /** Of the region keys that it is sealed under; a pack is under none. */
  readonly keyEpoch?: number;
}

/**
 * Lists objects of a slice. Throws FormerKeys, with nothing listed, where one is sealed under keys that are destroyed by
 * now; whoever destroys them waits until the transaction has ended.
 */
export async function addObjects(
  runner: SqlRunner,
  slice: number,
  objects: readonly ObjectRecord[],
): Promise<void> {
  const epochs = objects.filter(({ kind }) => kind !== 'pack').map(({ keyEpoch = 1 }) => keyEpoch);
  for (const keyEpoch of new Set(epochs)) await holdKeyEpoch(runner, slice, keyEpoch);
  if (objects.length === 0) return;
  await runner.query(
    `insert into object (sha256, slice, kind, bytes, key_epoch)
     select o.sha256, $1, o.kind, o.bytes, o.epoch
     from unnest($2::text[], $3::text[], $4::int[], $5::int[]) o(sha256, kind, bytes, epoch) on conflict do nothing`,
    [
      slice,
      objects.map(({ sha256 }) => sha256),
      objects.map(({ kind }) => kind),
      objects.map(({ bytes }) => bytes),
      objects.map(({ keyEpoch = 1 }) => keyEpoch),
    ],
  );
}

/** Slices that an object belongs to. */
export async function slicesOfObject(
  runner: SqlRunner,
  sha256: string,
): Promise<readonly number[]> {
  return (
    await runner.query<{ slice: number }>('select slice from object where sha256 = $1', [sha256])
  ).map(({ slice }) => slice);
}
