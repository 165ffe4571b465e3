import {
  AUDIT_EXPORTERS,
  AUDIT_READERS,
  mayLeave,
  shownContent,
} from '../../../shared/domain/audit/content';
import type { Role } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import {
  type AuditEntry,
  type AuditHeader,
  readAuditHeader,
} from '../../../shared/protocol/audit-chain';
import { verifyChain } from '../../crypto/audit-chain';
import type {
  AuditCalls,
  AuditFault,
  AuditFilter,
  AuditLine,
  AuditPlace,
  AuditRow,
  AuditStep,
} from '../audit-calls';
import type { ReadableDb } from '../database';
import type { StoreSession } from '../protocol';
import { sql } from '../sql/tag';
import { bytesOrNull, intOf, type SqlRow, textOf, textOrNull } from '../sql/values';
import { otherThanSigned } from './audit';
import { auditUplink } from './audit-uplink';
import { wordsOf } from './words/words';

/** So many entries a call: look-ups, which are logged by the same thread, wait for no more. */
const LOOKED_AT = 4_000;

/** Asked of the store's own session: main decides too, by the same table. */
function demand(roles: readonly Role[], session: StoreSession): void {
  if (!roles.includes(session.role)) throw new AppError('FORBIDDEN', {}, 'the log');
}

/**
 * A page of the log, newest first. Who, when and what come out of the signed-over header, never out of the columns beside
 * it, which could be edited without breaking the chain.
 */
export function auditPage(
  db: ReadableDb,
  session: StoreSession,
  { before, limit, filter }: AuditCalls['auditPage'][0],
): AuditCalls['auditPage'][1] {
  demand(AUDIT_READERS, session);
  const found: AuditRow[] = [];
  const start = before ?? Number.MAX_SAFE_INTEGER;
  const rows = db.all(
    sql`select seq, header, payload from audit where seq < ${start} order by seq desc limit ${LOOKED_AT}`,
  );
  for (const [seq, text, payload] of rows) {
    const header = readAuditHeader(textOf(text));
    if (header === undefined || !passes(header, filter, session.deviceId)) continue;
    const { atMs, actor, kind, device } = header;
    const said = textOrNull(payload);
    const opened = said === null ? null : wordsOf(db).openContent(said, intOf(seq));
    const content = shownContent(opened, kind, session.role);
    found.push({ seq: intOf(seq), atMs, actor, kind, device, ...content });
    if (found.length === limit) return { rows: found, next: intOf(seq) };
  }
  const last = rows.at(-1);
  const next = last === undefined || rows.length < LOOKED_AT ? null : intOf(last[0]);
  return { rows: found, next };
}

function passes(header: AuditHeader, filter: AuditFilter, ownDevice: string): boolean {
  const { fromMs, untilMs, actor, kinds, device } = filter;
  if (fromMs !== undefined && header.atMs < fromMs) return false;
  if (untilMs !== undefined && header.atMs >= untilMs) return false;
  if (actor !== undefined && header.actor !== actor) return false;
  if (kinds !== undefined && !kinds.includes(header.kind)) return false;
  return device === undefined || (header.device === ownDevice) === (device === 'own');
}

/** One step of a verification; the last one also looks at what was signed and what was handed in. */
export function auditWalk(
  db: ReadableDb,
  session: StoreSession,
  { after, limit, key }: AuditCalls['auditWalk'][0],
): AuditStep {
  demand(AUDIT_READERS, session);
  const rows = db.all(
    sql`select seq, atMs, kind, actor, header, hash, mac, payload, salt from audit where seq > ${after.seq} order by seq limit ${limit}`,
  );
  const total = intOf(db.value(sql`select coalesce(max(seq), 0) from audit`));
  const isEnd = rows.length < limit;
  const verdict = verifyChain(rows.map(entryOf), { from: after, ...(key && { firstKey: key }) });
  const step = { head: verdict.isIntact ? verdict.head : after, isEnd, total };
  const listed = rows.find((row) => !isAsListed(row));
  const faults: { readonly fault: AuditFault; readonly seq: number }[] = [];
  if (!verdict.isIntact) faults.push({ fault: verdict.fault, seq: verdict.seq });
  if (listed !== undefined) faults.push({ fault: 'columns', seq: intOf(listed[0]) });
  if (faults.length === 0 && isEnd) faults.push(...endFaults(db, step.head.seq));
  const [first] = faults.sort((a, b) => a.seq - b.seq);
  if (first !== undefined)
    return {
      ...step,
      isEnd: true,
      signed: [],
      broken: { ...first, before: placeBefore(db, first.seq), at: placeAt(db, first.seq) },
    };
  const signed = rows
    .filter((row) => row[2] === 'checkpoint-signed' && row[7] !== null)
    .map((row) => ({
      at: intOf(row[0]),
      signed: (JSON.parse(textOf(row[7])) as { readonly signed?: unknown }).signed,
    }));
  return { ...step, signed, broken: null };
}

function endFaults(
  db: ReadableDb,
  end: number,
): readonly { readonly fault: AuditFault; readonly seq: number }[] {
  const other = otherThanSigned(db);
  if (other !== null) return [{ fault: 'signed', seq: other }];
  const { after } = auditUplink(db);
  return after > end ? [{ fault: 'handed-in', seq: end + 1 }] : [];
}

/** Entries after one up to another, as they may leave the device; so many a call. */
export function auditLines(
  db: ReadableDb,
  session: StoreSession,
  { after, until }: AuditCalls['auditLines'][0],
): readonly AuditLine[] {
  demand(AUDIT_EXPORTERS, session);
  const rows = db.all(
    sql`select header, mac, payload, salt from audit where seq > ${after} and seq <= ${until} order by seq limit ${LOOKED_AT}`,
  );
  return rows.map((row) => {
    const header = textOf(row[0]);
    const kind = readAuditHeader(header)?.kind ?? '';
    const salt = bytesOrNull(row[3]);
    const payload = textOrNull(row[2]);
    const stays = salt === null || payload === null || !mayLeave(kind, payload);
    return {
      header,
      mac: textOf(row[1]),
      payload: stays ? null : payload,
      salt: stays ? null : Buffer.from(salt).toString('base64'),
    };
  });
}

function entryOf(row: SqlRow): AuditEntry {
  return {
    header: textOf(row[4]),
    hash: textOf(row[5]),
    mac: textOf(row[6]),
    payload: textOrNull(row[7]),
    salt: bytesOrNull(row[8]),
  };
}

function isAsListed([seq, atMs, kind, actor, text]: SqlRow): boolean {
  const header = readAuditHeader(textOf(text));
  // A header that is none is the chain's own fault.
  if (header === undefined) return true;
  return (
    header.seq === seq && header.atMs === atMs && header.kind === kind && header.actor === actor
  );
}

function placeAt(db: ReadableDb, seq: number): AuditPlace | null {
  return placeOf(
    db.get(sql`select seq, atMs, actor, kind from audit where seq >= ${seq} order by seq limit 1`),
  );
}

function placeBefore(db: ReadableDb, seq: number): AuditPlace | null {
  return placeOf(
    db.get(
      sql`select seq, atMs, actor, kind from audit where seq < ${seq} order by seq desc limit 1`,
    ),
  );
}

function placeOf(row: SqlRow | undefined): AuditPlace | null {
  if (row === undefined) return null;
  return {
    seq: intOf(row[0]),
    atMs: intOf(row[1]),
    actor: textOf(row[2]),
    kind: textOf(row[3]),
  };
}
