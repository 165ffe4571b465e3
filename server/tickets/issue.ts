import { EXPORTER_ROLES, type ExporterRole } from '../../shared/domain/policy/export-policy';
import type { ExportTicket } from '../../shared/protocol/ticket';
import type { ServerParts } from '../http/parts';
import { type Device, findDevice } from '../store/devices';
import { holdDevice } from '../store/directives';
import { findOffice, type OfficeUser, usersOf } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { keepTicket, openTickets } from '../store/tickets';
import { makeTicket } from './make-ticket';
import { MAX_OPEN_TICKETS, policyOf } from './policy';
import { sealTicket } from './seal-ticket';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 92;

/** What is asked of `issueTickets`. */
export interface TicketOrder {
  readonly device: string;
  readonly badge: string;
  /** Default 5. */
  readonly count?: number;
  /** Default 30. */
  readonly days?: number;
  /** Default: what the policy allows the person's role. */
  readonly maxRows?: number;
  /** Default: all of the policy. */
  readonly purposes?: readonly string[];
}

/** One line of the sheet. The code is told once and kept nowhere. */
export interface IssuedTicket {
  readonly id: string;
  readonly code: string;
  readonly maxRows: number;
  readonly expiresMs: number;
}

/** The person and device that a ticket is for. Throws RangeError. */
export async function holderOf(
  runner: SqlRunner,
  id: string,
  of: { readonly badge: string } | { readonly userId: string },
): Promise<{ readonly device: Device; readonly user: OfficeUser; readonly role: ExporterRole }> {
  const device = await findDevice(runner, id);
  if (device === undefined) throw new RangeError(`no device ${id}`);
  if (device.status !== 'active') throw new RangeError(`device ${id} is ${device.status}`);
  const users = await usersOf(runner, device.office);
  const user = users.find((one) =>
    'badge' in of ? one.badge === of.badge : one.userId === of.userId,
  );
  if (user === undefined) throw new RangeError('nobody of the office has this badge');
  const role = EXPORTER_ROLES.find((one) => one === user.role);
  if (role === undefined) throw new RangeError(`${user.badge} may not export: ${user.role}`);
  return { device, user, role };
}

/** Issues tickets in advance, each under a code of its own. Throws RangeError for what the policy does not allow. */
export async function issueTickets(
  parts: ServerParts,
  order: TicketOrder,
): Promise<readonly IssuedTicket[]> {
  const { client, statements, nowMs } = parts;
  const { count = 5, days = DEFAULT_DAYS } = order;
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS)
    throw new RangeError(`a ticket is valid from 1 to ${MAX_DAYS} days`);
  const { device, user, role } = await holderOf(client, order.device, { badge: order.badge });
  const office = await findOffice(client, device.office);
  if (office === undefined) throw new Error(`device ${device.id} without office`);
  const policy = await policyOf(client, office.code);
  if (!policy.ways.includes('code'))
    throw new RangeError('the office’s policy has no tickets in advance');
  const issuedMs = nowMs();
  const demandRoom = async (runner: SqlRunner): Promise<void> => {
    const open = await openTickets(runner, device.id, issuedMs, MAX_OPEN_TICKETS);
    if (!Number.isInteger(count) || count < 1 || open.length + count > MAX_OPEN_TICKETS)
      throw new RangeError(`a device may hold ${MAX_OPEN_TICKETS} tickets, it has ${open.length}`);
  };
  await demandRoom(client);
  const limit = policy.limits[role].maxRows;
  const maxRows = order.maxRows ?? limit;
  if (maxRows > limit) throw new RangeError(`the policy lets ${role} export ${limit} at once`);
  const purposes = order.purposes ?? policy.purposes;
  if (!purposes.every((one) => (policy.purposes as readonly string[]).includes(one)))
    throw new RangeError(`purposes of the policy: ${policy.purposes.join(' ')}`);
  const terms = {
    way: 'code',
    regions: [String(office.slice)],
    purposes: [...purposes] as ExportTicket['purposes'],
    maxRows,
    intent: null,
    issuedMs,
    expiresMs: issuedMs + days * DAY_MS,
  } as const;
  const holder = { office: office.code, device: device.id, user };
  const issued: IssuedTicket[] = [];
  const made: Parameters<typeof keepTicket>[1][] = [];
  for (let i = 0; i < count; i++) {
    const { ticket, envelope } = await makeTicket(statements, holder, terms, policy);
    const { sealed, code } = await sealTicket(ticket, envelope);
    const { id, expiresMs } = ticket;
    const envelopeOfSealed = JSON.stringify(await statements.sign(sealed));
    made.push({ ...ticket, sealed: envelopeOfSealed });
    issued.push({ id, code, maxRows, expiresMs });
  }
  // All or none: a ticket without its code would lie on the device until it ends. Held, so that two orders count each other.
  await client.transaction(async (runner) => {
    await holdDevice(runner, device.id);
    await demandRoom(runner);
    for (const ticket of made) await keepTicket(runner, ticket);
  });
  return issued;
}
