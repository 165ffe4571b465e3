import type { SqlRunner } from './sql-client';

/** How an evidence file stands; `total` null before the first byte. */
export interface EvidenceStanding {
  readonly total: number | null;
  readonly object: string | null;
  readonly refused: string | null;
  /** First bytes that are here. */
  readonly have: number;
}

/** A command names these; one that is named already stays as it stands. */
export async function nameEvidence(
  runner: SqlRunner,
  device: string,
  dseq: number,
  hashes: readonly string[],
): Promise<void> {
  if (hashes.length === 0) return;
  await runner.query(
    `insert into evidence (device, sha256, dseq) select $1, h, $2 from unnest($3::text[]) h on conflict do nothing`,
    [device, dseq, [...new Set(hashes)]],
  );
}

/** Undefined where no command of the device names it. Holds the row, so that bytes are taken one request at a time. */
export async function evidenceStanding(
  runner: SqlRunner,
  device: string,
  sha256: string,
): Promise<EvidenceStanding | undefined> {
  const [row] = await runner.query<{
    total: number | null;
    object: string | null;
    refused: string | null;
  }>('select total, object, refused from evidence where device = $1 and sha256 = $2 for update', [
    device,
    sha256,
  ]);
  if (row === undefined) return undefined;
  const [sum] = await runner.query<{ have: number }>(
    'select coalesce(sum(length(bytes)), 0)::int have from evidence_part where device = $1 and sha256 = $2',
    [device, sha256],
  );
  return { ...row, have: sum?.have ?? 0 };
}

/** The sealed file is made anew at the device: what is here of the former one is of no use. */
export async function beginEvidence(
  runner: SqlRunner,
  device: string,
  sha256: string,
  total: number,
): Promise<void> {
  await dropParts(runner, device, sha256);
  await runner.query('update evidence set total = $3 where device = $1 and sha256 = $2', [
    device,
    sha256,
    total,
  ]);
}

export async function addEvidencePart(
  runner: SqlRunner,
  device: string,
  sha256: string,
  at: number,
  bytes: Uint8Array,
): Promise<void> {
  await runner.query(
    'insert into evidence_part (device, sha256, at, bytes) values ($1, $2, $3, $4)',
    [device, sha256, at, bytes],
  );
}

export async function evidenceBytes(
  runner: SqlRunner,
  device: string,
  sha256: string,
): Promise<Buffer> {
  const rows = await runner.query<{ bytes: Uint8Array }>(
    'select bytes from evidence_part where device = $1 and sha256 = $2 order by at',
    [device, sha256],
  );
  return Buffer.concat(rows.map(({ bytes }) => bytes));
}

async function dropParts(runner: SqlRunner, device: string, sha256: string): Promise<void> {
  await runner.query('delete from evidence_part where device = $1 and sha256 = $2', [
    device,
    sha256,
  ]);
}

/** It is whole, or will never be: its parts go. */
export async function settleEvidence(
  runner: SqlRunner,
  device: string,
  sha256: string,
  outcome:
    | { readonly object: string; readonly plainBytes: number; readonly mime: number }
    | { readonly refused: string },
  nowMs: number,
): Promise<void> {
  await dropParts(runner, device, sha256);
  const { object, plainBytes, mime, refused } = {
    object: null,
    plainBytes: null,
    mime: null,
    refused: null,
    ...outcome,
  };
  await runner.query(
    `update evidence set object = $3, plain_bytes = $4, mime = $5, refused = $6, received_ms = $7
     where device = $1 and sha256 = $2`,
    [device, sha256, object, plainBytes, mime, refused, nowMs],
  );
}

/** What was judged of a device's evidence, the latest first. */
export async function settledEvidence(
  runner: SqlRunner,
  device: string,
  limit: number,
): Promise<readonly { readonly sha256: string; readonly refused: string | null }[]> {
  return runner.query<{ sha256: string; refused: string | null }>(
    `select sha256, refused from evidence where device = $1 and received_ms is not null
     order by received_ms desc, sha256 limit $2`,
    [device, limit],
  );
}

/** The object that holds a device's evidence, sealed. */
export async function evidenceObject(
  runner: SqlRunner,
  device: string,
  sha256: string,
): Promise<string | undefined> {
  const [row] = await runner.query<{ object: string | null }>(
    'select object from evidence where device = $1 and sha256 = $2',
    [device, sha256],
  );
  return row?.object ?? undefined;
}
