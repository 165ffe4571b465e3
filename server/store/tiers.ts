import type { TierRef } from '../../shared/protocol/manifest';
import type { SqlRunner } from './sql-client';

/** A tier as it was built, with the times of the states at its two ends. */
export interface TierRecord extends TierRef {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Tiers of a slice's present history that manifests list, in the order of their ends. */
export async function listTiers(
  runner: SqlRunner,
  slice: number,
  epoch: string,
): Promise<readonly TierRecord[]> {
  const rows = await runner.query<{
    kind: TierRef['tier'];
    from_rseq: number;
    to_rseq: number;
    from_ms: number;
    to_ms: number;
    parts: TierRef['parts'];
  }>(
    `select kind, from_rseq, to_rseq, from_ms, to_ms, parts from tier
     where slice = $1 and epoch = $2 and dropped_ms is null order by to_rseq, from_rseq`,
    [slice, epoch],
  );
  return rows.map(
    ({ kind: tier, from_rseq: from, to_rseq: to, from_ms: fromMs, to_ms: toMs, parts }) => ({
      tier,
      from,
      to,
      fromMs,
      toMs,
      parts,
    }),
  );
}

export async function addTier(
  runner: SqlRunner,
  slice: number,
  epoch: string,
  tier: TierRecord,
  keyEpoch: number,
): Promise<void> {
  const { from, to, fromMs, toMs, parts } = tier;
  await runner.query(
    `insert into tier (slice, epoch, from_rseq, to_rseq, kind, from_ms, to_ms, parts, key_epoch)
     values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9) on conflict do nothing`,
    [slice, epoch, from, to, tier.tier, fromMs, toMs, JSON.stringify(parts), keyEpoch],
  );
}

/** Takes tiers off the list: those that end at or before a time, by kind, and all of other histories. */
export async function dropTiers(
  runner: SqlRunner,
  slice: number,
  epoch: string,
  endedBefore: Readonly<Record<TierRef['tier'], number>>,
  nowMs: number,
): Promise<void> {
  await runner.query(
    `update tier set dropped_ms = $3 where slice = $1 and dropped_ms is null and (epoch <> $2
       or to_ms <= case kind when 'day' then $4::bigint when 'week' then $5::bigint else $6::bigint end)`,
    [slice, epoch, nowMs, endedBefore.day, endedBefore.week, endedBefore.month],
  );
}

/**
 * Forgets tiers that left the list before a time, and their objects. Returns the objects that no tier
 * names any more; their bytes are the caller's to remove.
 */
export async function forgetTiers(
  runner: SqlRunner,
  slice: number,
  droppedBefore: number,
): Promise<readonly string[]> {
  const gone = await runner.query<{ parts: TierRef['parts'] }>(
    'delete from tier where slice = $1 and dropped_ms < $2 returning parts',
    [slice, droppedBefore],
  );
  const names = gone.flatMap(({ parts }) => parts.map(({ sha256 }) => sha256));
  if (names.length === 0) return [];
  const rows = await runner.query<{ sha256: string }>(
    `delete from object where slice = $1 and kind = 'tier' and sha256 = any($2::text[])
       and not exists (select 1 from tier, jsonb_array_elements(tier.parts) part where part->>'sha256' = object.sha256)
     returning sha256`,
    [slice, names],
  );
  return rows.map(({ sha256 }) => sha256);
}
