import { ulid } from '../../../shared/kernel/ids';
import type { ReadableDb, WritableDb } from '../database';
import { raw, sql } from '../sql/tag';
import { textOf } from '../sql/values';

const VISITS_PER_STEP = 100;

/**
 * Closed visits in which nothing is left to be put right. Their names begin with the time of their start, so that only
 * old ones are opened; one that does not parse is left alone.
 */
function endedVisits(db: ReadableDb, beforeMs: number, limit: number): readonly string[] {
  const until = `site-visit:${ulid(beforeMs, new Uint8Array(10))}`;
  return db
    .all(
      sql`select name from fact where name >= 'site-visit:' and name < ${until}
        and case when json_valid(value) then fact.value ->> '$.closedMs' < ${beforeMs}
          and not exists (select 1 from json_each(fact.value, '$.people') person
            where person.value ->> '$.dueDay' is not null and person.value ->> '$.doneDay' is null)
        else 0 end limit ${limit}`,
    )
    .map(([name]) => textOf(name));
}

/** What is kept readable of a report whose command the centre has judged. */
const JUDGED_NOTES_BEFORE = raw(
  `select note.value ->> '$.key' from fact, json_each(case when json_valid(fact.value) then fact.value else '[]' end) note
    join outbox o on o.key = note.value ->> '$.key'
    where fact.name >= 'reports:' and fact.name < 'reports;' and o.verdict is not null and o.atMs < `,
);

/** Visits and notes of reports that a purge to this time would take. */
export function countVisits(db: ReadableDb, beforeMs: number): number {
  const visits = endedVisits(db, beforeMs, -1);
  return visits.length + db.all(sql`${JUDGED_NOTES_BEFORE} ${beforeMs}`).length;
}

/** Takes some of them, with their places in the lists of persons; 0 when none is left. */
export function purgeVisits(db: WritableDb, beforeMs: number): number {
  const visits = endedVisits(db, beforeMs, VISITS_PER_STEP);
  for (const name of visits) db.run(sql`delete from fact where name = ${name}`);
  const gone = new Set(visits.map((name) => name.slice('site-visit:'.length)));
  if (gone.size > 0) thin<string>(db, 'site-visits', (id) => !gone.has(id));
  const notes = new Set(
    db.all(sql`${JUDGED_NOTES_BEFORE} ${beforeMs}`).map(([key]) => textOf(key)),
  );
  if (notes.size > 0) thin<{ readonly key: string }>(db, 'reports', ({ key }) => !notes.has(key));
  return visits.length + notes.size;
}

/** Leaves in the lists of all persons what is still kept. */
function thin<T>(db: WritableDb, prefix: string, isKept: (item: T) => boolean): void {
  const lists = db.all(
    sql`select name, value from fact where name >= ${`${prefix}:`} and name < ${`${prefix};`} and json_valid(value)`,
  );
  for (const [name, value] of lists) {
    const items = JSON.parse(textOf(value)) as readonly T[];
    const kept = JSON.stringify(items.filter(isKept));
    if (kept !== textOf(value))
      db.run(sql`update fact set value = ${kept} where name = ${textOf(name)}`);
  }
}
