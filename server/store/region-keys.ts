import type { SqlRunner } from './sql-client';

/** One epoch of a region's keys. */
export interface KeyEpochRecord {
  readonly keyEpoch: number;
  /** Wrapped by the key provider; null: destroyed. */
  readonly keys: Uint8Array | null;
  /** Null: since the region began, or before there was a record. */
  readonly begunMs: number | null;
  readonly begunBy: string | null;
  readonly reason: string | null;
  readonly destroyedMs: number | null;
  /** Null: they are there still, or went before this was kept. */
  readonly destroyedBy: string | null;
  readonly destroyedReason: string | null;
}

/** All epochs that a region ever had, the oldest first. */
export async function listKeyEpochs(
  runner: SqlRunner,
  slice: number,
): Promise<readonly KeyEpochRecord[]> {
  const rows = await runner.query<{
    key_epoch: number;
    keys: Uint8Array | null;
    begun_ms: number | null;
    begun_by: string | null;
    reason: string | null;
    destroyed_ms: number | null;
    destroyed_by: string | null;
    destroyed_reason: string | null;
  }>(
    `select key_epoch, keys, begun_ms, begun_by, reason, destroyed_ms, destroyed_by, destroyed_reason from region_key
     where slice = $1 order by key_epoch`,
    [slice],
  );
  return rows.map((row) => ({
    keyEpoch: row.key_epoch,
    keys: row.keys === null ? null : new Uint8Array(row.keys),
    begunMs: row.begun_ms,
    begunBy: row.begun_by,
    reason: row.reason,
    destroyedMs: row.destroyed_ms,
    destroyedBy: row.destroyed_by,
    destroyedReason: row.destroyed_reason,
  }));
}

/** Epochs whose keys are still there, the oldest first: what a device is told of. */
export async function epochsInForce(runner: SqlRunner, slice: number): Promise<readonly number[]> {
  const rows = await runner.query<{ key_epoch: number }>(
    'select key_epoch from region_key where slice = $1 and keys is not null order by key_epoch',
    [slice],
  );
  return rows.map(({ key_epoch }) => key_epoch);
}

/** What was sealed under keys that were destroyed meanwhile: nobody opens it any more, so it is not kept. */
export class FormerKeys extends Error {
  constructor(slice: number, keyEpoch: number) {
    super(`keys ${keyEpoch} of region ${slice} were destroyed while this was made: begin again`);
  }
}

/** Keeps an epoch from being destroyed until the transaction ends. Throws FormerKeys where it is already. */
export async function holdKeyEpoch(
  runner: SqlRunner,
  slice: number,
  keyEpoch: number,
): Promise<void> {
  const rows = await runner.query(
    'select 1 from region_key where slice = $1 and key_epoch = $2 and keys is not null for share',
    [slice, keyEpoch],
  );
  if (rows.length === 0) throw new FormerKeys(slice, keyEpoch);
}

/** The first epoch of a region that was just made; one that has it keeps it. */
export async function keepFirstEpoch(
  runner: SqlRunner,
  slice: number,
  nowMs: number,
): Promise<void> {
  await runner.query(
    `insert into region_key (slice, key_epoch, keys, begun_ms) select code, key_epoch, keys, $2 from slice where code = $1
     on conflict do nothing`,
    [slice, nowMs],
  );
}

/** A new epoch, from now on the one that is sealed under. Holds the slice until the transaction ends. */
export async function beginKeyEpoch(
  runner: SqlRunner,
  slice: number,
  begun: {
    readonly keyEpoch: number;
    readonly keys: Uint8Array;
    readonly by: string;
    readonly reason: string;
  },
  nowMs: number,
): Promise<void> {
  const { keyEpoch, keys, by, reason } = begun;
  await runner.query('update slice set key_epoch = $2, keys = $3 where code = $1', [
    slice,
    keyEpoch,
    keys,
  ]);
  await runner.query(
    `insert into region_key (slice, key_epoch, keys, begun_ms, begun_by, reason) values ($1, $2, $3, $4, $5, $6)`,
    [slice, keyEpoch, keys, nowMs, by, reason],
  );
}

/** Destroys the keys of every epoch below one; the record stays, with who did it and why. Returns which. */
export async function destroyEpochsBelow(
  runner: SqlRunner,
  slice: number,
  keyEpoch: number,
  { by, reason, nowMs }: { readonly by: string; readonly reason: string; readonly nowMs: number },
): Promise<readonly number[]> {
  const rows = await runner.query<{ key_epoch: number }>(
    `update region_key set keys = null, destroyed_ms = $3, destroyed_by = $4, destroyed_reason = $5
     where slice = $1 and key_epoch < $2 and keys is not null returning key_epoch`,
    [slice, keyEpoch, nowMs, by, reason],
  );
  return rows.map(({ key_epoch }) => key_epoch).sort((a, b) => a - b);
}

/** Forgets tiers that are sealed under former keys; the same changes may be built again under the newest. */
export async function forgetTiersBelow(
  runner: SqlRunner,
  slice: number,
  keyEpoch: number,
): Promise<void> {
  await runner.query('delete from tier where slice = $1 and key_epoch < $2', [slice, keyEpoch]);
}

/** Forgets where attachments under former keys lay. Returns the objects; their bytes are the caller's to remove. */
export async function forgetAttachmentsBelow(
  runner: SqlRunner,
  slice: number,
  keyEpoch: number,
): Promise<readonly string[]> {
  const rows = await runner.query<{ object: string }>(
    'delete from attachment_object where slice = $1 and key_epoch < $2 returning object',
    [slice, keyEpoch],
  );
  return rows.map(({ object }) => object);
}

/**
 * Forgets objects that are sealed under former keys. Returns those that no other region has; their bytes are the caller's
 * to remove. Packs are sealed under no key and stay.
 */
export async function forgetObjectsBelow(
  runner: SqlRunner,
  slice: number,
  keyEpoch: number,
): Promise<readonly string[]> {
  const rows = await runner.query<{ sha256: string }>(
    "delete from object where slice = $1 and key_epoch < $2 and kind <> 'pack' returning sha256",
    [slice, keyEpoch],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** Attachments of a region that lie under former keys, by hash, from one on. */
export async function attachmentsBelow(
  runner: SqlRunner,
  slice: number,
  keyEpoch: number,
  after: string,
  limit: number,
): Promise<
  readonly { readonly sha256: string; readonly object: string; readonly keyEpoch: number }[]
> {
  const rows = await runner.query<{ sha256: string; object: string; key_epoch: number }>(
    `select sha256, object, key_epoch from attachment_object
     where slice = $1 and key_epoch < $2 and sha256 > $3 order by sha256 limit $4`,
    [slice, keyEpoch, after, limit],
  );
  return rows.map(({ sha256, object, key_epoch }) => ({ sha256, object, keyEpoch: key_epoch }));
}

/** A device of a region, and the newest keys that it said it holds. */
export interface DeviceKeysRecord {
  readonly device: string;
  readonly office: string;
  /** Null: it never said. */
  readonly keyEpoch: number | null;
  readonly seenMs: number | null;
  readonly enrolledMs: number;
}

/** Devices that may work, with the newest keys that each said it holds. */
export async function deviceKeys(
  runner: SqlRunner,
  slice: number,
): Promise<readonly DeviceKeysRecord[]> {
  const rows = await runner.query<{
    id: string;
    office: string;
    key_epoch: number | null;
    seen_ms: number | null;
    enrolled_ms: number;
  }>(
    `select d.id, d.office, c.key_epoch, c.seen_ms, d.enrolled_ms from device d join office o on o.code = d.office
     left join device_contact c on c.device = d.id
     where o.slice = $1 and d.status = 'active' order by d.office, d.id`,
    [slice],
  );
  return rows.map((row) => ({
    device: row.id,
    office: row.office,
    keyEpoch: row.key_epoch,
    seenMs: row.seen_ms,
    enrolledMs: row.enrolled_ms,
  }));
}
