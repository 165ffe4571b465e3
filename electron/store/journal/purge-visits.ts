import { z } from 'zod';
import { ulid } from '../../../shared/kernel/ids';
import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { textOf } from '../sql/values';
import { factPlace } from './words/places';
import { wordsOf } from './words/words';

const VISITS_PER_STEP = 100;

const EndedSchema = z.object({
  closedMs: z.number(),
  people: z.array(z.object({ dueDay: z.unknown(), doneDay: z.unknown() })),
});
const NotesSchema = z.array(z.looseObject({ key: z.string() }));
const IdsSchema = z.array(z.string());

/** A fact that holds words, as JSON; undefined for what does not parse, or was altered: a purge goes on without it. */
function wordsIn(db: ReadableDb, name: string, value: string): unknown {
  const text = wordsOf(db).openOrNull(value, factPlace(name));
  return text === null ? undefined : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function factsIn(
  db: ReadableDb,
  from: string,
  before: string,
): readonly { readonly name: string; readonly value: string }[] {
  return db
    .all(
      sql`select name, value from fact where name >= ${from} and name < ${before} and value <> ''`,
    )
    .map(([name, value]) => ({ name: textOf(name), value: textOf(value) }));
}

/**
 * Closed visits in which nothing is left to be put right. Their names begin with the time of their start, so that only
 * old ones are opened; one that does not parse is left alone.
 */
function endedVisits(db: ReadableDb, beforeMs: number, limit: number): readonly string[] {
  const until = `site-visit:${ulid(beforeMs, new Uint8Array(10))}`;
  const ended: string[] = [];
  for (const { name, value } of factsIn(db, 'site-visit:', until)) {
    if (ended.length === limit) break;
    const visit = EndedSchema.safeParse(wordsIn(db, name, value)).data;
    if (visit === undefined || visit.closedMs >= beforeMs) continue;
    const isLeft = ({ dueDay, doneDay }: { dueDay?: unknown; doneDay?: unknown }) =>
      (dueDay ?? null) !== null && (doneDay ?? null) === null;
    if (!visit.people.some(isLeft)) ended.push(name);
  }
  return ended;
}

/** What is kept readable of a report whose command the centre has judged. */
function judgedNotes(db: ReadableDb, beforeMs: number): readonly string[] {
  const keys = factsIn(db, 'reports:', 'reports;').flatMap(({ name, value }) =>
    (NotesSchema.safeParse(wordsIn(db, name, value)).data ?? []).map(({ key }) => key),
  );
  return keys.filter(
    (key) =>
      db.value(
        sql`select 1 from outbox where key = ${key} and verdict is not null and atMs < ${beforeMs}`,
      ) === 1,
  );
}

/** Visits and notes of reports that a purge to this time would take. */
export function countVisits(db: ReadableDb, beforeMs: number): number {
  return endedVisits(db, beforeMs, -1).length + judgedNotes(db, beforeMs).length;
}

/** Takes some of them, with their places in the lists of persons; 0 when none is left. */
export function purgeVisits(db: WritableDb, beforeMs: number): number {
  const visits = endedVisits(db, beforeMs, VISITS_PER_STEP);
  for (const name of visits) db.run(sql`delete from fact where name = ${name}`);
  const gone = new Set(visits.map((name) => name.slice('site-visit:'.length)));
  if (gone.size > 0) thinVisits(db, gone);
  const notes = new Set(judgedNotes(db, beforeMs));
  if (notes.size > 0) thinNotes(db, notes);
  return visits.length + notes.size;
}

/** Leaves in the lists of all persons what is still kept. */
function thinVisits(db: WritableDb, gone: ReadonlySet<string>): void {
  for (const { name, value } of factsIn(db, 'site-visits:', 'site-visits;')) {
    const ids = IdsSchema.safeParse(parsed(value)).data;
    if (ids === undefined || !ids.some((id) => gone.has(id))) continue;
    const kept = JSON.stringify(ids.filter((id) => !gone.has(id)));
    db.run(sql`update fact set value = ${kept} where name = ${name}`);
  }
}

function thinNotes(db: WritableDb, gone: ReadonlySet<string>): void {
  for (const { name, value } of factsIn(db, 'reports:', 'reports;')) {
    const notes = NotesSchema.safeParse(wordsIn(db, name, value)).data;
    if (notes === undefined || !notes.some(({ key }) => gone.has(key))) continue;
    const text = JSON.stringify(notes.filter(({ key }) => !gone.has(key)));
    const kept = wordsOf(db).seal(text, factPlace(name));
    db.run(sql`update fact set value = ${kept} where name = ${name}`);
  }
}
