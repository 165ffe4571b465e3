import { type Column, ENTITIES, type Entity } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { ColumnValues } from '../../../shared/protocol/columns';
import type { WritableDb } from '../database';
import type { SealedColumns } from '../protocol';
import { isSealedEntity, OWN_COLUMNS, quoted, tableColumns } from '../sql/tables';
import type { SqlValue } from '../sql/values';
import { writeExtras } from './extra';

/** Rows that one insert statement carries: half again as fast as one by one. */
const ROWS_PER_STATEMENT = 32;
const TAG_BYTES = 16;

export interface NameNumbers {
  idOf(name: string): number;
}

/** Rows of one entity as columns, ids absolute. */
export interface RowBlock {
  readonly entity: Entity;
  readonly ids: readonly number[];
  readonly revs: readonly number[];
  readonly columns: Readonly<Record<string, ColumnValues>>;
  readonly sealed: SealedColumns | null;
}

/** A public value as the file keeps it: JSON in canonical form, absent as null. */
export function storedValue(column: Column, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (column.type === 'json') return canonicalJson(value);
  if (typeof value === 'number' || typeof value === 'string') return value;
  throw new AppError('SYNC_OBJECT_DAMAGED', { object: '' }, `value of ${column.name}`);
}

function sealedFault(sealed: SealedColumns, rows: number): string | undefined {
  const lengths = [
    sealed.offsets.length - 1,
    sealed.keyedTags.length / TAG_BYTES,
    sealed.maskedId.length,
    sealed.maskedPhone.length,
    sealed.tagWhole.length,
    sealed.tagRegion6.length,
    sealed.tagBirth8.length,
    sealed.tagLast4.length,
    sealed.tagLast6.length,
    sealed.tagPhone.length,
    sealed.tagPhoneLast4.length,
  ];
  if (lengths.some((length) => length !== rows)) return 'sealed columns are of other lengths';
  for (let i = 0; i < rows; i++) {
    if ((sealed.offsets[i] ?? 0) > (sealed.offsets[i + 1] ?? 0)) return 'sealed offsets';
  }
  return (sealed.offsets[rows] ?? 0) <= sealed.blobs.length ? undefined : 'sealed offsets';
}

function part(bytes: Uint8Array, from: number, to: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
}

/** Private values of row i as the own columns of its table want them, appended to `values`. */
function pushSealed(
  values: SqlValue[],
  entity: 'person' | 'certificate',
  sealed: SealedColumns | null,
  i: number,
): void {
  const from = sealed?.offsets[i] ?? 0;
  const to = sealed?.offsets[i + 1] ?? 0;
  if (sealed === null || from === to) {
    const count = OWN_COLUMNS[entity].length - (entity === 'person' ? 1 : 0);
    for (let k = 0; k < count; k++) values.push(null);
    return;
  }
  const tag = (column: Float64Array): number | null => {
    const value = column[i] ?? 0;
    return value === 0 ? null : value;
  };
  const blob = part(sealed.blobs, from, to);
  const keyedTag = part(sealed.keyedTags, TAG_BYTES * i, TAG_BYTES * (i + 1));
  if (entity === 'certificate') {
    values.push(sealed.maskedId[i] ?? null, blob, keyedTag, tag(sealed.tagWhole));
    return;
  }
  values.push(
    sealed.maskedId[i] ?? null,
    sealed.maskedPhone[i] ?? null,
    blob,
    keyedTag,
    tag(sealed.tagWhole),
    tag(sealed.tagRegion6),
    tag(sealed.tagBirth8),
    tag(sealed.tagLast4),
    tag(sealed.tagLast6),
    tag(sealed.tagPhone),
    tag(sealed.tagPhoneLast4),
  );
}

/**
 * Writes whole rows. `verb` is insert for first loads (a known id is a fault of the object), replace
 * for puts. The caller holds the transaction. `giveWay` is called every few rows. Fails with SYNC_OBJECT_DAMAGED on unfit
 * sealed columns.
 */
export function writeRows(
  db: WritableDb,
  block: RowBlock,
  names: NameNumbers,
  verb: 'insert' | 'insert or ignore' | 'replace',
  giveWay: () => void = () => undefined,
): void {
  const { entity, ids, revs, sealed } = block;
  if (sealed !== null) {
    const fault = sealedFault(sealed, ids.length);
    if (fault !== undefined) throw new AppError('SYNC_OBJECT_DAMAGED', { object: '' }, fault);
  }
  const shape = ENTITIES[entity].columns;
  const columns = shape.map((column) => block.columns[column.name]);
  const all = tableColumns(entity);
  const row = `(${all.map(() => '?').join(',')})`;
  const head = `${verb} into "${entity}" (${quoted(all)}) values `;
  const full = head + Array<string>(ROWS_PER_STATEMENT).fill(row).join(',');
  let values: SqlValue[] = [];
  for (let i = 0; i < ids.length; i++) {
    values.push(ids[i] ?? 0, revs[i] ?? 0);
    for (let c = 0; c < shape.length; c++) {
      const column = shape[c] as Column;
      values.push(storedValue(column, columns[c]?.[i]));
    }
    if (entity === 'person') values.push(names.idOf(String(block.columns.name?.[i] ?? '')));
    if (isSealedEntity(entity)) pushSealed(values, entity, sealed, i);
    if ((i + 1) % ROWS_PER_STATEMENT === 0) {
      db.runArray(full, values);
      values = [];
      giveWay();
    }
  }
  if (values.length > 0) {
    const rest = values.length / all.length;
    db.runArray(head + Array<string>(rest).fill(row).join(','), values);
  }
  writeExtras(db, block, verb);
}
