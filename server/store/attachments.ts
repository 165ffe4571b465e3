import type { SqlRunner } from './sql-client';

/** Which sealed object holds an attachment's bytes. */
export interface AttachmentObject {
  /** Of the plain bytes. */
  readonly sha256: string;
  readonly object: string;
  readonly keyEpoch: number;
}

/** Length in bytes that a row of the slice gives for these contents; undefined where no row names them. */
export async function attachmentBytes(
  runner: SqlRunner,
  slice: number,
  sha256: string,
): Promise<number | undefined> {
  const [row] = await runner.query<{ c_bytes: number }>(
    'select c_bytes from e_attachment where slice = $1 and c_sha256 = $2 limit 1',
    [slice, sha256],
  );
  return row?.c_bytes;
}

export async function noteAttachmentObjects(
  runner: SqlRunner,
  slice: number,
  objects: readonly AttachmentObject[],
): Promise<void> {
  if (objects.length === 0) return;
  await runner.query(
    `insert into attachment_object (slice, sha256, object, key_epoch)
     select $1, o.sha256, o.object, o.epoch from unnest($2::text[], $3::text[], $4::int[]) o(sha256, object, epoch)
     on conflict (slice, sha256) do update set object = excluded.object, key_epoch = excluded.key_epoch`,
    [
      slice,
      objects.map(({ sha256 }) => sha256),
      objects.map(({ object }) => object),
      objects.map(({ keyEpoch }) => keyEpoch),
    ],
  );
}

/** Everywhere that these contents lie, by slice. */
export async function attachmentObjects(
  runner: SqlRunner,
  sha256: string,
): Promise<readonly (AttachmentObject & { readonly slice: number })[]> {
  const rows = await runner.query<{ slice: number; object: string; key_epoch: number }>(
    'select slice, object, key_epoch from attachment_object where sha256 = $1',
    [sha256],
  );
  return rows.map(({ slice, object, key_epoch: keyEpoch }) => ({
    sha256,
    slice,
    object,
    keyEpoch,
  }));
}
