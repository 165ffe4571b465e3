import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error';
import { AUDIT_START, type AuditEntry, type AuditHead } from '../../../shared/protocol/audit-chain';
import { appendEntry, nextAuditKey, verifyChain } from '../../crypto/audit-chain';
import type { ReadableDb, WritableDb } from '../database';
import type { AuditInput } from '../protocol';
import { sql } from '../sql/tag';
import { bytesOrNull, intOf, textOf, textOrNull } from '../sql/values';
import { wordsOf } from './words/words';

const ENTRIES_PER_READ = 1_000;

export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

/** Sets the ratchet going in a new journal. `firstKey` is the auditor's and the server's; random without one. */
export function startRatchet(db: WritableDb, firstKey: Uint8Array | undefined): void {
  db.run(sql`insert into audit_ratchet values (1, ${firstKey ?? randomBytes(32)})`);
}

/** Where the chain ends now. */
export function headOf(db: ReadableDb): AuditHead {
  const row = db.get(sql`select seq, hash from audit order by seq desc limit 1`);
  return row === undefined ? AUDIT_START : { seq: intOf(row[0]), hash: textOf(row[1]) };
}

/**
 * Appends one entry; the caller's transaction records what it is about. `source` makes it idempotent. What it says of look-ups
 * is sealed before it is chained, so that who may not read it verifies the chain all the same.
 */
export function appendAudit(
  db: WritableDb,
  device: string,
  input: AuditInput,
  atMs: number,
  source: string | null = null,
): AuditPlace {
  const { kind, payload } = input;
  return append(db, device, input, atMs, source, (seq) =>
    wordsOf(db).sealContent(kind, payload, seq),
  );
}

/** Appends the entry of a command, which names no persons: what was written is in the command alone. */
export function appendCommandAudit(
  db: WritableDb,
  device: string,
  input: AuditInput,
  atMs: number,
): AuditPlace {
  return append(db, device, input, atMs, null, () => input.payload);
}

function append(
  db: WritableDb,
  device: string,
  input: AuditInput,
  atMs: number,
  source: string | null,
  contentOf: (seq: number) => AuditInput['payload'],
): AuditPlace {
  return db.transaction(() => {
    if (source !== null) {
      const known = db.get(sql`select seq, hash from audit where source = ${source}`);
      if (known !== undefined) return { seq: intOf(known[0]), hash: textOf(known[1]) };
    }
    const key = bytesOrNull(db.value(sql`select key from audit_ratchet where id = 1`));
    if (key === null) throw new Error('the journal has no ratchet key');
    const head = headOf(db);
    const entry = appendEntry(
      head,
      { atMs, actor: input.actor, device, kind: input.kind },
      contentOf(head.seq + 1),
      key,
    );
    const { seq, hash } = entry.head;
    db.run(
      sql`insert into audit values (${seq}, ${atMs}, ${input.kind}, ${input.actor}, ${entry.header}, ${hash}, ${entry.mac}, ${entry.payload}, ${entry.salt}, ${source})`,
    );
    db.run(sql`update audit_ratchet set key = ${nextAuditKey(key)} where id = 1`);
    key.fill(0);
    return { seq, hash };
  });
}

function* entries(db: ReadableDb, after = 0): Generator<AuditEntry> {
  let last = after;
  for (;;) {
    const rows = db.all(
      sql`select seq, header, hash, mac, payload, salt from audit where seq > ${last} order by seq limit ${ENTRIES_PER_READ}`,
    );
    for (const row of rows) {
      yield {
        header: textOf(row[1]),
        hash: textOf(row[2]),
        mac: textOf(row[3]),
        payload: textOrNull(row[4]),
        salt: bytesOrNull(row[5]),
      };
    }
    const end = rows.at(-1);
    if (end === undefined) return;
    last = intOf(end[0]);
  }
}

/** Headers and macs after an entry, in order: what the server gets of the chain. */
export function headersAfter(
  db: ReadableDb,
  after: number,
  limit: number,
): readonly { readonly header: string; readonly mac: string }[] {
  return db
    .all(sql`select header, mac from audit where seq > ${after} order by seq limit ${limit}`)
    .map((row) => ({ header: textOf(row[0]), mac: textOf(row[1]) }));
}

/** Walks the whole chain; `firstFault` is the sequence number where it does not hold. */
export function verifyAudit(db: ReadableDb): {
  readonly isIntact: boolean;
  readonly entries: number;
  readonly firstFault: number | null;
} {
  const verdict = verifyChain(entries(db));
  const unsigned = verdict.isIntact ? otherThanSigned(db) : null;
  if (verdict.isIntact && unsigned !== null)
    return { isIntact: false, entries: verdict.entries, firstFault: unsigned };
  return verdict.isIntact
    ? { isIntact: true, entries: verdict.entries, firstFault: null }
    : {
        isIntact: false,
        entries: intOf(db.value(sql`select count(*) from audit`)),
        firstFault: verdict.seq,
      };
}

const SignedHeadSchema = z.object({
  signed: z.object({ intent: z.string() }),
});
const HeadSchema = z.object({ seq: z.number().int().positive(), head: z.string() });

/** The first entry that is another than the one a U-Key signed; the signatures themselves are the centre's to check. */
export function otherThanSigned(db: ReadableDb): number | null {
  const rows = db.all(
    sql`select payload from audit where kind = 'checkpoint-signed' and payload is not null order by seq`,
  );
  for (const [payload] of rows) {
    const { signed } = SignedHeadSchema.parse(JSON.parse(textOf(payload)));
    const { seq, head } = HeadSchema.parse(JSON.parse(signed.intent));
    const hash = textOrNull(db.value(sql`select hash from audit where seq = ${seq}`));
    if (hash !== head) return seq;
  }
  return null;
}

/** Entries that every opening looks at; the daily check walks all of them. */
const TAIL_ENTRIES = 50;

/** Throws AUDIT_CHAIN_BROKEN when the newest entries do not hold together. */
export function demandTail(db: WritableDb): void {
  const end = intOf(db.value(sql`select coalesce(max(seq), 0) from audit`));
  const first = Math.max(0, end - TAIL_ENTRIES);
  const before = db.get(sql`select seq, hash from audit where seq = ${first}`);
  const from =
    before === undefined ? AUDIT_START : { seq: intOf(before[0]), hash: textOf(before[1]) };
  const verdict = verifyChain(entries(db, first), { from });
  if (!verdict.isIntact)
    throw new AppError('AUDIT_CHAIN_BROKEN', { entry: verdict.seq, file: 'journal.db' });
}
