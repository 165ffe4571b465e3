import type { ReadableDb, WritableDb } from '../database';
import type { SavedChange, SavedRow, SavedWrite } from '../saved-protocol';
import { sql } from '../sql/tag';
import { intOf, intOrNull, textOf, textOrNull } from '../sql/values';
import { SAVED_MARK, savedPlace } from './words/places';
import { wordsOf } from './words/words';

/*
 * `rev` of a row: the rank under which the centre has it; negative, the number of the command that tells the centre. A
 * row without a body is a deletion that the centre has not sent back yet.
 */

/** Fact: the last rank of a user that came down. */
const markFact = (userId: string): string => SAVED_MARK + userId;

/** A user's saved items, newest change first; deletions left out, and what does not open. */
export function listSaved(db: ReadableDb, userId: string): readonly SavedRow[] {
  const found = db.all(
    sql`select s.id, s.kind, s.title, s.body, s.updatedMs, s.rev < 0 and o.verdict is null from saved_item s
          left join outbox o on o.dseq = -s.rev where s.userId = ${userId} and s.body <> '' order by s.updatedMs desc, s.id`,
  );
  return found.flatMap((row): readonly SavedRow[] => {
    const item = textOf(row[0]);
    const title = openSaved(db, { item, userId }, 'title', textOf(row[2]));
    const body = openSaved(db, { item, userId }, 'body', textOf(row[3]));
    if (title === null || body === null) return [];
    const [kind, updatedMs, isWaiting] = [textOf(row[1]), intOf(row[4]), row[5] === 1];
    return [{ item, kind, title, body, updatedMs, isWaiting }];
  });
}

/**
 * Takes away what came from the centre and does not open, or was put there by somebody else: it comes down once more. A
 * change of the person's own stays as it lies: the centre has it, or never will.
 */
function dropUnreadable(db: WritableDb, userId: string): boolean {
  if (!wordsOf(db).isOpen) return false;
  const bad = db
    .all(
      sql`select id, title, body from saved_item where userId = ${userId} and rev >= 0 and body <> ''`,
    )
    .filter(([id, ...texts]) => {
      const of = { item: textOf(id), userId };
      return (['title', 'body'] as const).some(
        (name, i) => openSaved(db, of, name, textOf(texts[i])) === null,
      );
    });
  for (const [id] of bad) db.run(sql`delete from saved_item where id = ${textOf(id)}`);
  return bad.length > 0;
}

type OfItem = Pick<SavedWrite, 'item' | 'userId'>;

/** A saved item's text as it rests; an empty one says that it was deleted, and stays so. */
function sealSaved(db: ReadableDb, { item, userId }: OfItem, of: 'title' | 'body', text: string) {
  return text === '' ? '' : wordsOf(db).seal(text, savedPlace(item, userId, of));
}

/** Opens it; null where the session may not read it, or nobody can. */
export function openSaved(
  db: ReadableDb,
  { item, userId }: OfItem,
  of: 'title' | 'body',
  text: string,
): string | null {
  return text === '' ? '' : wordsOf(db).openOrNull(text, savedPlace(item, userId, of));
}

/** Keeps the person's own change together with the command that tells the centre; in the caller's transaction; sealed by who calls. */
export function writeSaved(db: WritableDb, saved: SavedWrite, dseq: number, atMs: number): void {
  const { item, userId, kind, title, body } = saved;
  db.run(
    sql`insert or replace into saved_item values (${item}, ${userId}, ${kind}, ${title}, ${body}, ${-dseq}, ${atMs})`,
  );
}

/** The rank from which on the centre is asked. */
export function savedMark(db: ReadableDb, userId: string): number {
  const text = textOrNull(db.value(sql`select value from fact where name = ${markFact(userId)}`));
  return text === null ? 0 : Number(text);
}

function setMark(db: WritableDb, userId: string, mark: number): void {
  db.run(sql`insert or replace into fact values (${markFact(userId)}, ${String(mark)})`);
}

/**
 * Takes what changed at the centre, in its order: the newest that the centre took counts. An item with a change of its
 * own that the centre has not judged yet ends it: that change will be the newest, and comes down with the rest. Answers
 * the rank that was reached. `head` below what was reached before: the centre was restored, all of it is taken again. So it is
 * where something did not open: these changes are then left, and are asked for again from the beginning.
 */
export function takeSaved(
  db: WritableDb,
  userId: string,
  changes: readonly SavedChange[],
  head: number | null,
  atMs: number,
): number {
  return db.transaction(() => {
    const before = savedMark(db, userId);
    if (dropUnreadable(db, userId) && before !== 0) {
      setMark(db, userId, 0);
      return 0;
    }
    let mark = head !== null && head < before ? 0 : before;
    for (const { rank, item } of changes) {
      if (rank <= mark) continue;
      const row = db.get(
        sql`select s.userId, s.rev, o.dseq, o.verdict from saved_item s left join outbox o on o.dseq = -s.rev where s.id = ${item.item}`,
      );
      const isWaiting = intOrNull(row?.[2]) !== null && textOrNull(row?.[3]) === null;
      if (isWaiting) break;
      mark = rank;
      if (row !== undefined && textOf(row[0]) !== userId) continue;
      if (item.isDeleted) db.run(sql`delete from saved_item where id = ${item.item}`);
      else {
        const title = sealSaved(db, { item: item.item, userId }, 'title', item.title);
        const body = sealSaved(db, { item: item.item, userId }, 'body', item.body);
        db.run(
          sql`insert or replace into saved_item values (${item.item}, ${userId}, ${item.kind}, ${title}, ${body}, ${rank}, ${atMs})`,
        );
      }
    }
    setMark(db, userId, mark);
    return mark;
  });
}
