import { isRegionIn } from '../cube/row-filter';
import type { ReadableDb } from '../database';
import type { SealedRecord } from '../protocol';
import { sql } from '../sql/tag';
import { bytesOrNull, intOf, textOrNull } from '../sql/values';

/** Sealed blobs of a certificate and its holder; null outside the slice or the scope. Opens nothing. */
export function readSealed(
  db: ReadableDb,
  scopes: readonly string[],
  certificateId: number,
): SealedRecord | null {
  const row = db.get(sql`
    select c."holder", p."name", c."numberForm", c."number", p.sealed, c.sealed, c."region"
    from certificate c left join person p on p.id = c."holder" where c.id = ${certificateId}`);
  if (row === undefined || !isRegionIn(intOf(row[6]), scopes)) return null;
  return {
    personId: intOf(row[0]),
    name: textOrNull(row[1]) ?? '',
    numberForm: intOf(row[2]),
    number: textOrNull(row[3]),
    personBlob: bytesOrNull(row[4]),
    certificateBlob: bytesOrNull(row[5]),
  };
}
