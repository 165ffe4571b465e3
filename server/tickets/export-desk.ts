import type { ExportPolicy } from '../../shared/domain/policy/export-policy';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import type { ServerParts } from '../http/parts';
import { findOffice, usersOf } from '../store/offices';
import { savePhone } from '../store/phones';
import { agreementsOf } from '../store/signers';
import {
  type KeptTicket,
  refusedUses,
  type TicketUseRow,
  ticketsOf,
  withdrawTicket,
} from '../store/tickets';
import { phoneContext } from './challenge';
import { type IssuedTicket, issueTickets, type TicketOrder } from './issue';
import { policyOf, setPolicy } from './policy';
import { type DecisionOrder, decideExport, type WaitingExport, waitingExports } from './requests';

const LISTED = 500;

/** What the centre's people do about exports: tickets, consent, phones, policy. All throw RangeError for what may not be. */
export class ExportDesk {
  constructor(private readonly parts: ServerParts) {}

  /** Issues tickets in advance; the codes are told here once and kept nowhere. */
  async issue(order: TicketOrder, agreed: Agreed | null = null): Promise<readonly IssuedTicket[]> {
    await demandTwo(this.parts.client, 'issuing tickets', agreed);
    return issueTickets(this.parts, order);
  }

  /** An office's tickets with their uses, and the uses that were refused. */
  async list(office: string): Promise<{
    readonly tickets: readonly (Omit<KeptTicket, 'sealed'> & {
      readonly usedBy: readonly string[];
    })[];
    readonly refused: readonly TicketUseRow[];
  }> {
    await this.needOffice(office);
    const tickets = await ticketsOf(this.parts.client, office, LISTED);
    return {
      tickets: tickets.map(({ sealed: _sealed, ...shown }) => shown),
      refused: await refusedUses(this.parts.client, office),
    };
  }

  /** Withdraws a ticket: it leaves the device with the next statements, and a later use is refused. */
  async revoke(id: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'withdrawing a ticket', agreed);
    if (!(await withdrawTicket(this.parts.client, id, this.parts.nowMs())))
      throw new RangeError(`no ticket ${id} to withdraw`);
  }

  waiting(office: string | null): Promise<readonly WaitingExport[]> {
    return waitingExports(this.parts.client, office);
  }

  /** Decides on an export in the name of the office's head or approver, who signs nothing here. */
  async decide(order: DecisionOrder, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'consent to an export', agreed);
    return decideExport(this.parts, order, agreed);
  }

  /** Where a person's one-time codes go. */
  async setPhone(
    office: string,
    badge: string,
    phone: string,
    agreed: Agreed | null = null,
  ): Promise<void> {
    await demandTwo(this.parts.client, 'the phone of one-time codes', agreed);
    if (!/^\+?\d{8,15}$/.test(phone)) throw new RangeError('a phone has 8 to 15 digits');
    const { client, keys } = this.parts;
    const user = (await usersOf(client, office)).find((one) => one.badge === badge);
    if (user === undefined) throw new RangeError('nobody of the office has this badge');
    const context = phoneContext(office, user.userId);
    await savePhone(client, office, user.userId, keys.wrap(Buffer.from(phone, 'utf8'), context));
  }

  async policy(office: string): Promise<ExportPolicy> {
    await this.needOffice(office);
    return policyOf(this.parts.client, office);
  }

  async setPolicy(
    office: string,
    value: unknown,
    agreed: Agreed | null = null,
  ): Promise<ExportPolicy> {
    await demandTwo(this.parts.client, 'the policy of exports', agreed);
    await this.needOffice(office);
    return setPolicy(this.parts.client, office, value, this.parts.nowMs());
  }

  /** Who of an office signed which version of the user agreement, newest first. */
  async agreements(office: string) {
    await this.needOffice(office);
    return agreementsOf(this.parts.client, office);
  }

  private async needOffice(code: string): Promise<void> {
    if ((await findOffice(this.parts.client, code)) === undefined)
      throw new RangeError(`no office ${code}`);
  }
}
