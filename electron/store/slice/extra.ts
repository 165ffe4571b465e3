import { ENTITIES, type Entity } from '../../../shared/domain/model';
import { canonicalTuple } from '../../../shared/domain/sync/canonical-row';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { ReadableDb, WritableDb } from '../database';
import { publicColumn } from '../sql/tables';
import { raw, sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';

/** Rows as they were written, ids absolute. */
interface Written {
  readonly entity: Entity;
  readonly ids: readonly number[];
  readonly revs: readonly number[];
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

/** Public values of a row under names that this build does not know. */
type Extra = Readonly<Record<string, unknown>>;

function read(body: string): Extra {
  return JSON.parse(body) as Extra;
}

function write(db: WritableDb, entity: Entity, id: number, extra: Extra): void {
  const { code } = ENTITIES[entity];
  if (Object.keys(extra).length === 0)
    db.run(sql`delete from extra_columns where entity = ${code} and id = ${id}`);
  else
    db.run(
      sql`insert or replace into extra_columns values (${code}, ${id}, ${canonicalJson(extra)})`,
    );
}

/** Names in a block or patch that are none of the entity's. */
export function unknownNames(entity: Entity, names: readonly string[]): readonly string[] {
  return names.filter((name) => publicColumn(entity, name) === undefined);
}

/** The columns of rows as they were just written; those of before are forgotten. */
export function writeExtras(
  db: WritableDb,
  block: Written,
  verb: 'insert' | 'insert or ignore' | 'replace',
): void {
  const { entity, ids, revs, columns } = block;
  const names = unknownNames(entity, Object.keys(columns));
  // Hardly ever is there any: one look spares a deletion for every row.
  if (verb === 'replace' && db.value(sql`select 1 from extra_columns limit 1`) === 1)
    for (const id of ids) dropExtra(db, entity, id);
  if (names.length === 0) return;
  ids.forEach((id, i) => {
    const found = names.flatMap((name) => {
      const value = columns[name]?.[i];
      return value === null || value === undefined ? [] : [[name, value] as const];
    });
    if (found.length === 0) return;
    // A row that a page brought meanwhile is newer, and so is what it has or has not.
    const isOurs =
      verb !== 'insert or ignore' ||
      db.value(sql`select rev from ${raw(`"${entity}"`)} where id = ${id}`) === revs[i];
    if (isOurs) write(db, entity, id, Object.fromEntries(found));
  });
}

/** Changes some of a row's; null takes one away. */
export function patchExtra(db: WritableDb, entity: Entity, id: number, fields: Extra): void {
  const { code } = ENTITIES[entity];
  const body = db.value(sql`select body from extra_columns where entity = ${code} and id = ${id}`);
  const merged = { ...(body === undefined ? {} : read(textOf(body))), ...fields };
  const left = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined);
  write(db, entity, id, Object.fromEntries(left));
}

export function dropExtra(db: WritableDb, entity: Entity, id: number): void {
  db.run(sql`delete from extra_columns where entity = ${ENTITIES[entity].code} and id = ${id}`);
}

/** Files that have the table: one of before this build's schema, opened by a reader, has none. */
const HAS_TABLE = new WeakMap<ReadableDb, boolean>();

function hasTable(db: ReadableDb): boolean {
  let has = HAS_TABLE.get(db);
  if (has === undefined) {
    has = db.value(sql`select count(*) from sqlite_master where name = 'extra_columns'`) === 1;
    HAS_TABLE.set(db, has);
  }
  return has;
}

/** What the rows of a range of ids have beside the known columns, by id. */
export function extrasBetween(
  db: ReadableDb,
  entity: Entity,
  first: number,
  last: number,
): ReadonlyMap<number, string> {
  if (!hasTable(db)) return new Map();
  const rows = db.all(
    sql`select id, body from extra_columns where entity = ${ENTITIES[entity].code} and id between ${first} and ${last}`,
  );
  return new Map(rows.map((row) => [intOf(row[0]), textOf(row[1])]));
}

/** Canonical JSON of a row's public columns with those that this build does not know. Errors as `canonicalTuple`, and SyntaxError. */
export function canonicalWith(entity: Entity, values: readonly unknown[], body: string): string {
  const known = JSON.parse(canonicalTuple(entity, values)) as Extra;
  return canonicalJson({ ...known, ...read(body) });
}
