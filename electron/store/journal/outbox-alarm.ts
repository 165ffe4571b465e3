import { z } from 'zod';
import { CONTRADICTIONS } from '../../../shared/protocol/outbox';
import type { ReadableDb, WritableDb } from '../database';
import type {
  OutboxAlarm,
  OutboxAlarmKind,
  OutboxReceipt,
  OutboxVerdict,
} from '../outbox-protocol';
import { sql } from '../sql/tag';
import { intOf, textOf, textOrNull } from '../sql/values';
import { appendAudit } from './audit';

const FACT = 'outbox.alarm';
/** Each receipt proves all before it; the newest are kept for a server that goes back. */
const RECEIPTS_KEPT = 200;

const AlarmSchema = z.strictObject({
  kind: z.enum(['ahead', 'differs', 'refused', 'server-behind']),
  dseq: z.number().int(),
  atMs: z.number().int(),
});

export function alarmOf(db: ReadableDb): OutboxAlarm | null {
  const text = textOrNull(db.value(sql`select value from fact where name = ${FACT}`));
  return text === null || text === '' ? null : AlarmSchema.parse(JSON.parse(text));
}

/** The newest receipt; its statement is the server's own signed word. */
export function newestReceipt(db: ReadableDb): {
  readonly dseq: number;
  readonly atMs: number;
  readonly statement: string;
} | null {
  const row = db.get(
    sql`select seq, atMs, statement from server_receipt order by seq desc, atMs desc limit 1`,
  );
  return row === undefined
    ? null
    : { dseq: intOf(row[0]), atMs: intOf(row[1]), statement: textOf(row[2]) };
}

/** Keeps a receipt of our own chain. */
export function keepReceipt(db: WritableDb, { head, dseq, statement, atMs }: OutboxReceipt): void {
  if (head === null) return;
  db.run(sql`insert into server_receipt values (${head}, ${dseq}, ${statement}, ${atMs})
    on conflict (head) do update set statement = excluded.statement, atMs = excluded.atMs where excluded.atMs > atMs`);
  db.run(
    sql`delete from server_receipt where seq <= (select max(seq) from server_receipt) - ${RECEIPTS_KEPT}`,
  );
}

/** What an answer contradicts; null when it fits. `ownHash` is our hash of the command that the receipt names. */
export function contradiction(
  db: ReadableDb,
  receipt: OutboxReceipt,
  ownHash: string | undefined,
  verdicts: readonly OutboxVerdict[],
): { readonly kind: OutboxAlarmKind; readonly dseq: number } | null {
  const { dseq, head } = receipt;
  if (head !== null && ownHash === undefined) return { kind: 'ahead', dseq };
  if (head !== null && ownHash !== head) return { kind: 'differs', dseq };
  const refused = verdicts.find(isContradiction);
  if (refused !== undefined) return { kind: 'refused', dseq: refused.dseq };
  const newest = newestReceipt(db);
  // An older word that came late, by a stick, is no loss.
  if (newest !== null && dseq < newest.dseq && receipt.atMs > newest.atMs)
    return { kind: 'server-behind', dseq: dseq + 1 };
  return null;
}

/** A refusal of the place in the chain, not of what the command says. */
export function isContradiction({ verdict, reason }: OutboxVerdict): boolean {
  return verdict === 'rejected' && reason !== null && CONTRADICTIONS.includes(reason);
}

/** Raises, changes or ends the alarm; begin and end are in the audit log with the receipt that shows it. */
export function setAlarm(
  db: WritableDb,
  device: string,
  found: { readonly kind: OutboxAlarmKind; readonly dseq: number } | null,
  receipt: OutboxReceipt,
): void {
  const before = alarmOf(db);
  if (before?.kind === found?.kind && before?.dseq === found?.dseq) return;
  const atMs = Date.now();
  const value = found === null ? '' : JSON.stringify({ ...found, atMs });
  db.run(sql`insert or replace into fact values (${FACT}, ${value})`);
  const kind = found === null ? 'outbox-alarm-ended' : 'outbox-alarm';
  const payload = { ...(found ?? before), receipt: receipt.statement };
  appendAudit(db, device, { kind, actor: '', payload }, atMs);
}
