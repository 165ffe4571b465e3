import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb, WritableDb } from '../database';
import type { OutboxCalls, OutboxVerdict, SentCommand, WorkItem } from '../outbox-protocol';
import { raw, sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf, textOrNull } from '../sql/values';
import { notePlace } from './words/places';
import { wordsOf } from './words/words';

const MAX_LISTED = 200;
const COLUMNS = raw(
  'w.dseq, w.kind, w.actor, w.verdict, w.reason, w.payload, o.base, w.madeMs, w.judgedMs',
);

function itemOf(row: SqlRow): WorkItem {
  return {
    dseq: intOf(row[0]),
    kind: textOf(row[1]),
    actor: textOf(row[2]),
    verdict: textOf(row[3]) as WorkItem['verdict'],
    reason: textOrNull(row[4]),
    payload: textOrNull(row[5]),
    base: intOrNull(row[6]),
    madeMs: intOf(row[7]),
    judgedMs: intOf(row[8]),
  };
}

/** Open work items, newest first, of one person or of all. */
export function openItems(db: ReadableDb, actor: string | null): readonly WorkItem[] {
  return db
    .all(
      sql`select ${COLUMNS} from work_item w join outbox o on o.dseq = w.dseq
          where w.state = 'open' and coalesce(${actor}, w.actor) = w.actor order by w.dseq desc limit ${MAX_LISTED}`,
    )
    .map(itemOf);
}

/** What a person sent of a kind, newest first. */
export function sentCommands(
  db: ReadableDb,
  { kind, actor, limit }: OutboxCalls['outboxSent'][0],
): readonly SentCommand[] {
  return db
    .all(
      sql`select o.dseq, o.atMs, o.verdict, o.reason, coalesce(d.payload, w.payload), o.key, o.receiptMs from outbox o
          left join outbox_draft d on d.dseq = o.dseq left join work_item w on w.dseq = o.dseq
          where o.kind = ${kind} and o.actor = ${actor} order by o.dseq desc limit ${limit}`,
    )
    .map((row) => ({
      dseq: intOf(row[0]),
      atMs: intOf(row[1]),
      verdict: textOrNull(row[2]) as SentCommand['verdict'],
      reason: textOrNull(row[3]),
      payload: textOrNull(row[4]),
      key: textOf(row[5]),
      judgedMs: intOrNull(row[6]),
    }));
}

/** Open items by verdict. */
export function countItems(db: ReadableDb): { readonly rejected: number; readonly review: number } {
  const count = (verdict: string): number =>
    intOf(
      db.value(sql`select count(*) from work_item where state = 'open' and verdict = ${verdict}`),
    );
  return { rejected: count('rejected'), review: count('needs-review') };
}

/**
 * What a new verdict leaves behind, in the caller's transaction: a refusal or an open review becomes a work
 * item with what was written; of anything else the readable copy goes, the server has it.
 */
export function noteVerdict(
  db: WritableDb,
  { dseq, verdict, reason }: OutboxVerdict,
  atMs: number,
): void {
  if (verdict === 'rejected' || verdict === 'needs-review')
    db.run(
      sql`insert or ignore into work_item select o.dseq, o.kind, o.actor, ${verdict}, ${reason}, d.payload, o.atMs, ${atMs},
          'open', null, null, null, null from outbox o left join outbox_draft d on d.dseq = o.dseq where o.dseq = ${dseq}`,
    );
  db.run(sql`delete from outbox_draft where dseq = ${dseq}`);
}

/** Ends an open refusal: dismissed with a note, or replaced by another command. Fails with OUTBOX_ITEM_SETTLED. */
export function settleItem(
  db: WritableDb,
  dseq: number,
  how: { readonly actor: string; readonly note: string | null; readonly successor: number | null },
  atMs: number,
): void {
  const state = how.successor === null ? 'dismissed' : 'resent';
  const note = how.note === null ? null : wordsOf(db).seal(how.note, notePlace(dseq));
  const changed = db.run(
    sql`update work_item set state = ${state}, settledMs = ${atMs}, settledBy = ${how.actor}, note = ${note},
        successor = ${how.successor} where dseq = ${dseq} and state = 'open' and verdict = 'rejected'`,
  );
  if (changed !== 1) throw new AppError('OUTBOX_ITEM_SETTLED');
}
