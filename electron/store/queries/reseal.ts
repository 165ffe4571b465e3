import type { ReadableDb } from '../database';
import type { StoreCalls } from '../protocol';
import { raw, sql } from '../sql/tag';
import { intOf } from '../sql/values';

/** Where a blob names its key's version (electron/crypto/sealed-values.ts): u16, big-endian. */
const VERSION_AT = 1;

function keyVersionOf(blob: Uint8Array): number {
  return ((blob[VERSION_AT] ?? 0) << 8) | (blob[VERSION_AT + 1] ?? 0);
}

/** Sealed blobs of the next rows whose key is another than `version`; looks at `limit` rows at most. */
export function readOutdated(
  db: ReadableDb,
  { entity, afterId, version, limit }: StoreCalls['resealRead'][0],
): StoreCalls['resealRead'][1] {
  const rows = db.all(
    sql`select id, sealed from ${raw(entity)} where id > ${afterId} order by id limit ${limit}`,
  );
  const found: { readonly id: number; readonly blob: Uint8Array }[] = [];
  for (const row of rows) {
    const blob = row[1];
    if (blob instanceof Uint8Array && keyVersionOf(blob) !== version)
      found.push({ id: intOf(row[0]), blob });
  }
  const offsets = new Uint32Array(found.length + 1);
  found.forEach(({ blob }, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + blob.length;
  });
  const blobs = new Uint8Array(offsets[found.length] ?? 0);
  found.forEach(({ blob }, i) => {
    blobs.set(blob, offsets[i]);
  });
  const last = rows.at(-1);
  return {
    ids: Float64Array.from(found, ({ id }) => id),
    blobs,
    offsets,
    lastId: last === undefined ? afterId : intOf(last[0]),
    scanned: rows.length,
    isEnd: rows.length < limit,
  };
}
