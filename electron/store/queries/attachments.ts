import { standForPress } from '../../platform/press-pass';
import type { AttachmentCalls, AttachmentRef, AttachmentsOf } from '../attachment-calls';
import { isRegionIn } from '../cube/row-filter';
import type { ReadableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, type SqlRow, textOrNull } from '../sql/values';

/** Owner types of the model. */
const [PERSON, CERTIFICATE] = [1, 2];
const MOST_FILES = 20;

const refOf = (row: SqlRow): AttachmentRef => ({
  id: intOf(row[0]),
  kind: intOf(row[1]),
  mime: intOf(row[2]),
  sha256: textOrNull(row[3]) ?? '',
  bytes: intOf(row[4]),
});

/** A certificate's attachments; null outside the slice or the scope. */
export function readAttachments(
  db: ReadableDb,
  scopes: readonly string[],
  certificateId: number,
): AttachmentsOf | null {
  const found = db.get(sql`select c."region", c."holder", p."photo"
    from certificate c left join person p on p.id = c."holder" where c.id = ${certificateId}`);
  if (found === undefined || !isRegionIn(intOf(found[0]), scopes)) return null;
  const holder = intOf(found[1]);
  const named = found[2] === null ? undefined : intOf(found[2]);
  const photo =
    named === undefined
      ? undefined
      : db.get(sql`select id, "kind", "mime", "sha256", "bytes" from attachment
          where id = ${named} and "ownerType" = ${PERSON} and "owner" = ${holder}`);
  const files = db.all(sql`select id, "kind", "mime", "sha256", "bytes" from attachment
    where "owner" = ${certificateId} and "ownerType" = ${CERTIFICATE} order by "kind", id limit ${MOST_FILES}`);
  return { photo: photo === undefined ? null : refOf(photo), files: files.map(refOf) };
}

/** Attachments of these certificates, then of those that end soonest; each once. */
export function readWantedAttachments(
  db: ReadableDb,
  scopes: readonly string[],
  first: readonly number[],
  today: number,
  { days, limit }: AttachmentCalls['attachmentsWanted'][0],
): readonly AttachmentRef[] {
  const soon = db.all(sql`select id from certificate
    where "validTo" >= ${today} and "validTo" < ${today + days} order by "validTo", id limit ${limit}`);
  const wanted = new Map<string, AttachmentRef>();
  for (const id of new Set([...first, ...soon.map((row) => intOf(row[0]))])) {
    standForPress();
    const own = readAttachments(db, scopes, id);
    for (const ref of [...(own?.photo ? [own.photo] : []), ...(own?.files ?? [])])
      if (wanted.size < limit) wanted.set(ref.sha256, ref);
    if (wanted.size >= limit) break;
  }
  return [...wanted.values()];
}

/** Hashes of attachments after an id. */
export function readNamedAttachments(
  db: ReadableDb,
  { afterId, limit }: AttachmentCalls['attachmentsNamed'][0],
): AttachmentCalls['attachmentsNamed'][1] {
  const rows = db.all(
    sql`select id, "sha256" from attachment where id > ${afterId} order by id limit ${limit}`,
  );
  return {
    hashes: rows.map((row) => textOrNull(row[1]) ?? ''),
    lastId: intOf(rows.at(-1)?.[0] ?? afterId),
    isEnd: rows.length < limit,
  };
}
