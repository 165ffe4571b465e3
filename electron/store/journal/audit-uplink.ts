import { z } from 'zod';
import { AUDIT_START } from '../../../shared/protocol/audit-chain';
import type { AuditRenewal } from '../../../shared/protocol/commands';
import type { ReadableDb, WritableDb } from '../database';
import type { AuditUplink } from '../outbox-protocol';
import { sql } from '../sql/tag';
import { intOf, intOrNull, textOf, textOrNull } from '../sql/values';
import { headOf } from './audit';

/** Fact: the last entry that went into a page. */
export const AUDIT_MARK_FACT = 'outbox.audit';
const MarkSchema = z.object({ seq: z.number().int().nonnegative() });
const PlaceSchema = z.object({ seq: z.number(), hash: z.string() });
const RenewedSchema = z.object({
  previous: z.object({ head: PlaceSchema.nullable() }).nullable(),
});
const SaidSchema = z.object({ begins: PlaceSchema });

function markOf(db: ReadableDb): number {
  const text = textOrNull(db.value(sql`select value from fact where name = ${AUDIT_MARK_FACT}`));
  return text === null ? 0 : MarkSchema.parse(JSON.parse(text)).seq;
}

/**
 * How the log's way to the centre stands. After a page that the centre refused as none of its chain, nothing more is
 * handed in: the device states where its chain begins again, and waits for the centre's decision.
 */
export function auditUplink(db: ReadableDb): AuditUplink {
  const after = markOf(db);
  const stated = db.get(
    sql`select dseq, verdict from outbox where kind = 'audit-renewal' order by dseq desc limit 1`,
  );
  const statedDseq = stated === undefined ? 0 : intOf(stated[0]);
  if (stated !== undefined && textOrNull(stated[1]) !== 'applied')
    return { after, isHeld: true, toState: null };
  const refused = intOrNull(
    db.value(
      sql`select min(json_extract(w.payload, '$.from')) from work_item w join outbox o on o.dseq = w.dseq
          where w.kind = 'audit-page' and o.reason = 'audit-chain' and w.dseq > ${statedDseq}`,
    ),
  );
  return refused === null
    ? { after, isHeld: false, toState: null }
    : { after, isHeld: true, toState: statementOf(db, refused - 1) };
}

/** What the device states of a chain whose pages were refused after an entry. */
function statementOf(db: ReadableDb, after: number): AuditRenewal {
  const row = db.get(sql`select hash from audit where seq = ${after}`);
  const begins = row === undefined ? AUDIT_START : { seq: after, hash: textOf(row[0]) };
  const head = headOf(db);
  const first = db.get(sql`select kind, payload from audit where seq = 1`);
  const isRenewed = textOrNull(first?.[0]) === 'journal-renewed';
  if (begins.seq === 0 && isRenewed) {
    const payload = textOrNull(first?.[1]);
    const said = payload === null ? undefined : RenewedSchema.safeParse(JSON.parse(payload)).data;
    return { cause: 'renewed', begins, told: said?.previous?.head ?? null, head };
  }
  const isRestored =
    db.value(sql`select count(*) from audit where kind = 'restore' and seq > ${begins.seq}`) !== 0;
  return { cause: isRestored ? 'restored' : 'unexplained', begins, told: null, head };
}

/** The centre accepted a statement: the log goes on from there, and the refused pages are dealt with. In the caller's transaction. */
export function resumeLog(db: WritableDb, dseq: number, atMs: number): void {
  const payload = textOrNull(
    db.value(
      sql`select coalesce((select payload from work_item where dseq = ${dseq}), (select payload from outbox_draft where dseq = ${dseq}))`,
    ),
  );
  const said = payload === null ? undefined : SaidSchema.safeParse(JSON.parse(payload)).data;
  if (said === undefined) return;
  const mark = JSON.stringify({ seq: said.begins.seq });
  db.run(sql`insert or replace into fact values (${AUDIT_MARK_FACT}, ${mark})`);
  db.run(
    sql`update work_item set state = 'resent', settledMs = ${atMs}, settledBy = '', successor = ${dseq}
        where kind = 'audit-page' and state = 'open' and dseq < ${dseq}`,
  );
}
