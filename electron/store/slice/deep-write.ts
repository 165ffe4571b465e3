import { ENTITIES } from '../../../shared/domain/model';
import { bucketOf } from '../../../shared/domain/sync/digest';
import type { WritableDb } from '../database';
import type { DeepCalls, StructureFaults } from '../deep-calls';
import { raw, sql } from '../sql/tag';
import { intOf, type SqlValue, textOf } from '../sql/values';
import { joinNames, rebuildIndexes } from './mend-indexes';
import type { LiveNames } from './names';
import { FACTS, isLateComplete, readCheckpoint, writeCounts, writeFact } from './state';

/** Longest that one transaction holds the writer: a page that arrives waits no longer than this. */
const SLICE_MS = 8;
const TAG_BYTES = 16;

const UPDATES = {
  person:
    'update person set maskedId = ?, maskedPhone = ?, tagWhole = ?, tagRegion6 = ?, tagBirth8 = ?, tagLast4 = ?, tagLast6 = ?, tagPhone = ?, tagPhoneLast4 = ? where id = ? and keyedTag is ?',
  certificate:
    'update certificate set maskedNumber = ?, tagNumber = ? where id = ? and keyedTag is ?',
} as const;

/** Does `act` for every item, some milliseconds a transaction. */
async function inSlices(db: WritableDb, count: number, act: (i: number) => void): Promise<void> {
  for (let i = 0; i < count; ) {
    db.transaction(() => {
      const endMs = performance.now() + SLICE_MS;
      do act(i++);
      while (i < count && performance.now() < endMs);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Puts verified masks and tags in; a row whose private values changed meanwhile is newer and stays. */
export async function writeDerived(
  db: WritableDb,
  { entity, columns }: DeepCalls['deepWrite'][0],
): Promise<number> {
  let written = 0;
  await inSlices(db, columns.ids.length, (i) => {
    const keyed = columns.keyedTags.subarray(TAG_BYTES * i, TAG_BYTES * (i + 1));
    const tags =
      entity === 'person'
        ? [
            columns.maskedPhone[i] ?? null,
            ...[
              columns.tagWhole,
              columns.tagRegion6,
              columns.tagBirth8,
              columns.tagLast4,
              columns.tagLast6,
              columns.tagPhone,
              columns.tagPhoneLast4,
            ].map((column) => column[i] || null),
          ]
        : [columns.tagWhole[i] || null];
    const values: SqlValue[] = [
      columns.maskedId[i] ?? null,
      ...tags,
      columns.ids[i] ?? 0,
      keyed.some((byte) => byte !== 0) ? keyed : null,
    ];
    written += db.runArray(UPDATES[entity], values);
  });
  return written;
}

/** Persons go under their own names again; names that nobody bears go, others get their keys anew. */
export async function writeNames(
  db: WritableDb,
  names: LiveNames,
  { of, ids }: DeepCalls['deepNamesWrite'][0],
): Promise<{ readonly written: number; readonly certificates: readonly number[] }> {
  const certificates: number[] = [];
  await inSlices(db, ids.length, (i) => {
    const id = ids[i] ?? 0;
    if (of === 'name') {
      if (!names.purgeIfUnused(id)) names.renewKeys(id);
      return;
    }
    const name = db.value(sql`select "name" from person where id = ${id}`);
    if (name === undefined) return;
    db.run(sql`update person set nameId = ${names.idOf(textOf(name))} where id = ${id}`);
    for (const row of db.all(sql`select id from certificate where holder = ${id}`))
      certificates.push(intOf(row[0]));
  });
  return { written: ids.length, certificates };
}

/** Removes what is not ours and makes what is missing anew, from the rows. */
export async function writeStructure(db: WritableDb, faults: StructureFaults): Promise<void> {
  for (const { type, name } of faults.foreign)
    db.exec(`drop ${kindOf(type)} if exists "${name.replaceAll('"', '""')}"`);
  // First, because what follows reads and writes by them.
  await rebuildIndexes(db, faults.unsound);
  if (faults.missing.length > 0) joinNames(db);
  for (const statement of faults.missing) {
    db.exec(statement);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!faults.hasWrongCounts) return;
  db.transaction(() =>
    writeCounts(db, (entity, before) =>
      ENTITIES[entity].isLate && !isLateComplete(db)
        ? before
        : intOf(db.value(sql`select count(*) from ${raw(`"${entity}"`)}`)),
    ),
  );
}

function kindOf(type: string): 'trigger' | 'view' | 'index' {
  return type === 'trigger' || type === 'view' ? type : 'index';
}

/** Notes that rows are not what they should be: nobody may be told that the slice is proven. */
export function noteBroken(db: WritableDb, { rows }: DeepCalls['deepFound'][0]): void {
  const buckets = new Set<string>();
  for (const { entity, ids } of rows)
    for (const id of ids) buckets.add(`${entity} ${bucketOf(id)}`);
  const root = readCheckpoint(db)?.root ?? '';
  writeFact(db, FACTS.lastVerify, {
    isEqual: false,
    differingBuckets: buckets.size,
    root,
    roots: {},
    rows: 0,
    tookMs: 0,
    atMs: Date.now(),
  });
}
