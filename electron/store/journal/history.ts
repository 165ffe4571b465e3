import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf, textOrNull } from '../sql/values';
import type { WatchCalls } from '../watch-calls';
import { appendAudit } from './audit';
import { queryPlace } from './words/places';
import { wordsOf } from './words/words';

/** Fact: the last look-up that a user cleared away. */
const clearedFact = (userId: string): string => `history.cleared.${userId}`;

/** A person's own look-ups, out of the log that is kept whatever he does. */
export class History {
  constructor(
    private readonly db: () => WritableDb,
    private readonly deviceId: string,
  ) {}

  list({ userId, before, limit }: WatchCalls['historyList'][0]): WatchCalls['historyList'][1] {
    const db = this.db();
    const rows = db.all(sql`
      select id, atMs, kind, text, tag, filter, subject, count, userId, auditSeq from query_log
      where userId = ${userId} and kind <> 'reveal-batch' and id > ${this.clearedTo(userId)}
        and id < ${before ?? Number.MAX_SAFE_INTEGER} order by id desc limit ${limit}`);
    return rows.map((row) => ({
      id: intOf(row[0]),
      atMs: intOf(row[1]),
      kind: textOf(row[2]),
      text: openQuery(db, row, 3, 'text'),
      hasDigits: row[4] !== null,
      filter: openQuery(db, row, 5, 'filter'),
      subject: intOrNull(row[6]),
      count: intOf(row[7]),
    }));
  }

  /** With its audit entry in one transaction: that somebody cleared his history is no secret. */
  clear({ userId }: WatchCalls['historyClear'][0]): WatchCalls['historyClear'][1] {
    const db = this.db();
    return db.transaction(() => {
      const from = this.clearedTo(userId);
      const found = db.get(
        sql`select count(*), coalesce(max(id), ${from}) from query_log where userId = ${userId} and id > ${from}`,
      );
      const cleared = intOf(found?.[0] ?? 0);
      const audit = { kind: 'history-cleared', actor: userId, payload: { lookUps: cleared } };
      appendAudit(db, this.deviceId, audit, Date.now());
      const last = String(intOf(found?.[1] ?? from));
      db.run(sql`insert or replace into fact values (${clearedFact(userId)}, ${last})`);
      return { cleared };
    });
  }

  private clearedTo(userId: string): number {
    const text = this.db().value(sql`select value from fact where name = ${clearedFact(userId)}`);
    return text === undefined ? 0 : Number(textOf(text));
  }
}

function openQuery(db: ReadableDb, row: SqlRow, at: number, of: 'text' | 'filter'): string | null {
  const kept = textOrNull(row[at]);
  if (kept === null) return null;
  const key = { userId: textOf(row[8]), atMs: intOf(row[1]), auditSeq: intOf(row[9]) };
  return wordsOf(db).openOrNull(kept, queryPlace(key, of));
}
