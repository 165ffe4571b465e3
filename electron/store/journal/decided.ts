import { importWords, readImportAnswer } from '../../../shared/protocol/imports';
import type { ReadableDb, WritableDb } from '../database';
import type { OutboxVerdict } from '../outbox-protocol';
import { sql } from '../sql/tag';
import { intOf } from '../sql/values';
import { appendAudit } from './audit';

/** Commands that somebody at the centre has to decide, the oldest first. */
export function underReview(db: ReadableDb, limit: number): readonly number[] {
  return db
    .all(
      sql`select dseq from work_item where state = 'open' and verdict = 'needs-review' order by dseq limit ${limit}`,
    )
    .map((row) => intOf(row[0]));
}

/**
 * A person's decision on a command that was under review, in the caller's transaction: a refusal is a work item from
 * then on, an acceptance ends it. False where the command is not under review any more: then nothing changes.
 */
export function takeDecision(
  db: WritableDb,
  device: string,
  { dseq, verdict, reason }: OutboxVerdict,
  atMs: number,
): boolean {
  if (verdict !== 'applied' && verdict !== 'rejected') return false;
  const changed = db.run(
    sql`update outbox set verdict = ${verdict}, reason = ${reason}, receiptMs = ${atMs}
        where dseq = ${dseq} and verdict = 'needs-review'`,
  );
  if (changed !== 1) return false;
  if (verdict === 'rejected')
    db.run(
      sql`update work_item set verdict = 'rejected', reason = ${reason}, judgedMs = ${atMs} where dseq = ${dseq} and state = 'open'`,
    );
  else
    db.run(
      sql`update work_item set state = 'accepted', settledMs = ${atMs}, note = ${reason} where dseq = ${dseq} and state = 'open'`,
    );
  // The persons' words; a letter for each row of a list is no matter of the log.
  const said = readImportAnswer(reason) === undefined ? reason : importWords(reason);
  const payload = { dseq, verdict, reason: said };
  appendAudit(db, device, { kind: 'outbox-decided', actor: '', payload }, atMs);
  return true;
}
