import type { BundleWishes } from '../../shared/protocol/bundle';
import type { SqlRunner } from './sql-client';

/** Keeps what a device asked for; null: it wrote in the former form, which asks for nothing. An older telling changes nothing. */
export async function keepWishes(
  runner: SqlRunner,
  device: string,
  wishes: BundleWishes | null,
  toldMs: number,
): Promise<void> {
  const { reads, pictures, pictureBytes, needsWhole, holdsFilter, holdsGrants } = wishes ?? {
    reads: 1,
    pictures: [],
    pictureBytes: 0,
    needsWhole: false,
    holdsFilter: undefined,
    holdsGrants: undefined,
  };
  await runner.query(
    `insert into device_wish (device, told_ms, reads, pictures, picture_bytes, needs_whole, holds_filter,
       holds_grants)
     values ($1, $2, $3, $4::bigint[], $5, $6, $7, $8::text[])
     on conflict (device) do update set told_ms = excluded.told_ms, reads = excluded.reads, pictures = excluded.pictures,
       picture_bytes = excluded.picture_bytes, needs_whole = excluded.needs_whole,
       holds_filter = excluded.holds_filter, holds_grants = excluded.holds_grants
     where device_wish.told_ms <= excluded.told_ms`,
    [
      device,
      toldMs,
      reads,
      [...pictures],
      pictureBytes,
      needsWhole,
      holdsFilter ?? null,
      [...(holdsGrants ?? [])],
    ],
  );
}

/** A device that has the line mends its slice over it. */
export async function forgetMending(runner: SqlRunner, device: string): Promise<void> {
  await runner.query('update device_wish set needs_whole = false where device = $1', [device]);
}

/** Undefined for a device that never wrote a bundle. */
export async function findWishes(
  runner: SqlRunner,
  device: string,
): Promise<BundleWishes | undefined> {
  const [row] = await runner.query<{
    reads: number;
    pictures: readonly number[];
    picture_bytes: number;
    needs_whole: boolean;
    holds_filter: string | null;
    holds_grants: readonly string[];
  }>(
    `select reads, pictures, picture_bytes, needs_whole, holds_filter, holds_grants from device_wish where device = $1`,
    [device],
  );
  if (row === undefined) return undefined;
  return {
    reads: row.reads,
    pictures: row.pictures.map(Number),
    pictureBytes: row.picture_bytes,
    needsWhole: row.needs_whole,
    ...(row.holds_filter === null ? {} : { holdsFilter: row.holds_filter }),
    ...(row.holds_grants.length === 0 ? {} : { holdsGrants: [...row.holds_grants] }),
  };
}
