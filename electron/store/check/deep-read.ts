import type { ReadableDb } from '../database';
import type { DeepCalls } from '../deep-calls';
import { OWN_COLUMNS, quoted } from '../sql/tables';
import { raw, sql } from '../sql/tag';
import { intOf, type SqlRow, type SqlValue } from '../sql/values';

const TAG_BYTES = 16;
/** Own columns by entity in one order: blob, keyed tag, masks, tags. */
const READ = {
  person: ['id', 'sealed', 'keyedTag', 'maskedId', 'maskedPhone', ...OWN_COLUMNS.person.slice(5)],
  certificate: ['id', 'sealed', 'keyedTag', 'maskedNumber', 'tagNumber'],
} as const;

/** The next rows with what is stored beside their private values. Opens nothing. */
export function readDeep(
  db: ReadableDb,
  { entity, afterId, limit }: DeepCalls['deepRead'][0],
): DeepCalls['deepRead'][1] {
  const rows = db.all(
    sql`select ${raw(quoted(READ[entity]))} from ${raw(entity)} where id > ${afterId} order by id limit ${limit}`,
  );
  const isPerson = entity === 'person';
  const tagsAt = isPerson ? 5 : 4;
  const tag = (at: number): Float64Array =>
    Float64Array.from(rows, (row) => (isPerson || at === 0 ? numberOf(row[tagsAt + at]) : 0));
  const last = rows.at(-1);
  return {
    ids: Float64Array.from(rows, (row) => intOf(row[0])),
    ...packed(rows),
    ...keyedTags(rows),
    maskedId: rows.map((row) => textOf(row[3])),
    maskedPhone: rows.map((row) => (isPerson ? textOf(row[4]) : null)),
    tagWhole: tag(0),
    tagRegion6: tag(1),
    tagBirth8: tag(2),
    tagLast4: tag(3),
    tagLast6: tag(4),
    tagPhone: tag(5),
    tagPhoneLast4: tag(6),
    lastId: last === undefined ? afterId : intOf(last[0]),
    isEnd: rows.length < limit,
  };
}

const numberOf = (value: SqlValue | undefined): number => (typeof value === 'number' ? value : 0);
const textOf = (value: SqlValue | undefined): string | null =>
  typeof value === 'string' ? value : null;

function packed(rows: readonly SqlRow[]): { blobs: Uint8Array; offsets: Uint32Array } {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + (row[1] instanceof Uint8Array ? row[1].length : 0);
  });
  const blobs = new Uint8Array(offsets[rows.length] ?? 0);
  rows.forEach((row, i) => {
    if (row[1] instanceof Uint8Array) blobs.set(row[1], offsets[i]);
  });
  return { blobs, offsets };
}

function keyedTags(rows: readonly SqlRow[]): { keyedTags: Uint8Array; tagForms: Uint8Array } {
  const tags = new Uint8Array(TAG_BYTES * rows.length);
  const tagForms = Uint8Array.from(rows, (row, i) => {
    const tag = row[2];
    if (!(tag instanceof Uint8Array)) return 0;
    if (tag.length !== TAG_BYTES) return 2;
    tags.set(tag, TAG_BYTES * i);
    return 1;
  });
  return { keyedTags: tags, tagForms };
}
