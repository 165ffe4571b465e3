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

/**
 * Notes where contents lie; what was sealed under keys that are destroyed by now is not noted: nothing opens it. Returns
 * objects that no attachment of the region names any more, the former ones and those not noted; their bytes are the
 * caller's to remove.
 */
export async function noteAttachmentObjects(
  runner: SqlRunner,
  slice: number,
  objects: readonly AttachmentObject[],
): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const rows = await runner.query<{ object: string }>(
    `with given as (select * from unnest($2::text[], $3::text[], $4::int[]) o(sha256, object, epoch)),
       former as (select a.sha256, a.object from attachment_object a join given using (sha256) where a.slice = $1),
       noted as (insert into attachment_object (slice, sha256, object, key_epoch)
         select $1, g.sha256, g.object, g.epoch from given g
         join (select key_epoch from region_key where slice = $1 and keys is not null for share) k on k.key_epoch = g.epoch
         on conflict (slice, sha256) do update set object = excluded.object, key_epoch = excluded.key_epoch
         returning sha256, object)
     select f.object from former f join noted n using (sha256) where n.object <> f.object
     union select g.object from given g
       where not exists (select 1 from noted n where n.sha256 = g.sha256)
         and not exists (select 1 from former f where f.object = g.object)`,
    [
      slice,
      objects.map(({ sha256 }) => sha256),
      objects.map(({ object }) => object),
      objects.map(({ keyEpoch }) => keyEpoch),
    ],
  );
  return rows.map(({ object }) => object);
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

/** Hashes that these rows of a slice name, in this order; rows that are not there are left out. */
export async function hashesOfRows(
  runner: SqlRunner,
  slice: number,
  ids: readonly number[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await runner.query<{ c_sha256: string }>(
    `select a.c_sha256 from unnest($2::bigint[]) with ordinality wish(id, place)
     join e_attachment a on a.slice = $1 and a.id = wish.id order by wish.place`,
    [slice, [...ids]],
  );
  return rows.map(({ c_sha256 }) => c_sha256);
}

/** Hashes of what belongs to certificates that end from one day to another (days since 1970), the soonest first. */
export async function hashesEnding(
  runner: SqlRunner,
  slice: number,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await runner.query<{ c_sha256: string }>(
    `with soon as (select id, c_holder, c_valid_to from e_certificate
       where slice = $1 and c_valid_to >= $2 and c_valid_to < $3 order by c_valid_to, id limit $4)
     select c_sha256 from (
       select s.c_valid_to, s.id, a.id as attachment, a.c_sha256 from soon s
         join e_attachment a on a.slice = $1 and a.c_owner = s.id and a.c_owner_type = 2
       union all
       select s.c_valid_to, s.id, a.id, a.c_sha256 from soon s join e_person p on p.slice = $1 and p.id = s.c_holder
         join e_attachment a on a.slice = $1 and a.id = p.c_photo) found
     order by c_valid_to, id, attachment limit $4`,
    [slice, from, to, limit],
  );
  return rows.map(({ c_sha256 }) => c_sha256);
}
