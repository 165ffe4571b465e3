import type { ReadableDb, WritableDb } from '../database';
import type { SavedChange, SavedRow, SavedWrite } from '../saved-protocol';
import { sql } from '../sql/tag';
import { intOf, intOrNull, textOf, textOrNull } from '../sql/values';

/*
 * `rev` of a row: the rank under which the centre has it; negative, the number of the command that tells the centre. A
 * row without a body is a deletion that the centre has not sent back yet.
 */

/** Fact: the last rank of a user that came down. */
const markFact = (userId: string): string => `saved.mark.${userId}`;

/** A user's saved items, newest change first; deletions left out. */
export function listSaved(db: ReadableDb, userId: string): readonly SavedRow[] {
  return db
    .all(
      sql`select s.id, s.kind, s.title, s.body, s.updatedMs, s.rev < 0 and o.verdict is null from saved_item s
          left join outbox o on o.dseq = -s.rev where s.userId = ${userId} and s.body <> '' order by s.updatedMs desc, s.id`,
    )
    .map((row) => ({
      item: textOf(row[0]),
      kind: textOf(row[1]),
      title: textOf(row[2]),
      body: textOf(row[3]),
      updatedMs: intOf(row[4]),
      isWaiting: row[5] === 1,
    }));
}

/** Keeps the person's own change together with the command that tells the centre; in the caller's transaction. */
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
 * the rank that was reached. `head` below what was reached before: the centre was restored, all of it is taken again.
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
      else
        db.run(
          sql`insert or replace into saved_item values (${item.item}, ${userId}, ${item.kind}, ${item.title}, ${item.body}, ${rank}, ${atMs})`,
        );
    }
    setMark(db, userId, mark);
    return mark;
  });
}
