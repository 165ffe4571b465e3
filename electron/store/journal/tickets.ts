import type { WritableDb } from '../database';
import { sql } from '../sql/tag';
import { textOf } from '../sql/values';
import type { TicketCalls, TicketUse } from '../ticket-calls';
import { appendAudit } from './audit';

/*
 * One fact a ticket: whoever writes it first has the ticket, and the journal has one writer. A ticket that is let go
 * loses its fact, and the audit log tells of both.
 */
const PREFIX = 'ticket-use.';
const END = 'ticket-use/';

/** Every ticket that is held or spent. */
export function ticketUses(db: WritableDb): readonly TicketUse[] {
  return db
    .all(sql`select value from fact where name >= ${PREFIX} and name < ${END} order by name`)
    .map(([value]) => JSON.parse(textOf(value ?? null)) as TicketUse);
}

function useOf(db: WritableDb, ticket: string): TicketUse | undefined {
  const value = db.value(sql`select value from fact where name = ${PREFIX + ticket}`);
  return value === undefined ? undefined : (JSON.parse(textOf(value)) as TicketUse);
}

/** Holds a ticket for one export, within the person's quota. */
export function holdTicket(
  db: WritableDb,
  deviceId: string,
  { use, quota, audit }: TicketCalls['ticketHold'][0],
): TicketCalls['ticketHold'][1] {
  return db.transaction(() => {
    if (useOf(db, use.ticket) !== undefined) return { outcome: 'used', left: 0 };
    const own = ticketUses(db).filter(({ userId }) => userId === use.userId);
    const since = (ms: number) =>
      own.filter(({ atMs }) => atMs >= ms).reduce((sum, { count }) => sum + count, 0);
    const day = quota.perDay - since(quota.sinceDayMs);
    const month = quota.perMonth - since(quota.sinceMonthMs);
    if (use.count > day) return { outcome: 'over-day', left: Math.max(0, day) };
    if (use.count > month) return { outcome: 'over-month', left: Math.max(0, month) };
    const value = JSON.stringify({ ...use, state: 'held' } satisfies TicketUse);
    db.run(sql`insert into fact values (${PREFIX + use.ticket}, ${value})`);
    appendAudit(db, deviceId, audit, Date.now());
    return { outcome: 'held', left: Math.min(day, month) - use.count };
  });
}

/** Spends what is held for an export, or lets it go. What is spent stays so. */
export function settleTicket(
  db: WritableDb,
  deviceId: string,
  { ticket, traceId, to, audit }: TicketCalls['ticketSettle'][0],
): TicketCalls['ticketSettle'][1] {
  return db.transaction(() => {
    const use = useOf(db, ticket);
    if (use === undefined || use.traceId !== traceId || use.state !== 'held')
      return { isDone: false };
    const name = PREFIX + ticket;
    if (to === 'free') db.run(sql`delete from fact where name = ${name}`);
    else {
      const value = JSON.stringify({ ...use, state: 'spent' } satisfies TicketUse);
      db.run(sql`update fact set value = ${value} where name = ${name}`);
    }
    appendAudit(db, deviceId, audit, Date.now());
    return { isDone: true };
  });
}
