import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  ExportDecisionSchema,
  type ExportIntent,
  ExportIntentSchema,
} from '../../shared/protocol/ticket';
import type { Judgement } from '../commands/judgement';
import type { Agreed } from '../control/two-persons-rule';
import { exportRight } from '../cross-region/export-right';
import type { ServerParts } from '../http/parts';
import type { Device } from '../store/devices';
import {
  addRequest,
  findRequest,
  type KeptRequest,
  keepDecision,
  waitingRequests,
} from '../store/export-requests';
import { usersOf } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import { keepTicket } from '../store/tickets';
import { boundTicket } from './bound-ticket';
import { isOwnIntent } from './challenge';

const DECISION_MS = 30 * 86_400_000;
const MAX_WAITING = 200;
/** Roles that may consent to somebody else's export. */
const APPROVERS: ReadonlySet<string> = new Set(['head', 'approver']);

const rejected = (reason: string): Judgement => ({ verdict: 'rejected', reason, subject: null });

/** Takes a request from the outbox: it waits for a person. */
export async function takeRequest(
  runner: SqlRunner,
  device: Device,
  actor: string,
  { request, intent }: { readonly request: string; readonly intent: ExportIntent },
  nowMs: number,
): Promise<Judgement> {
  if (!isOwnIntent(intent, device) || intent.userId !== actor) return rejected('export-foreign');
  if ((await findRequest(runner, request)) !== undefined) return rejected('request-known');
  if (intent.grant !== undefined) {
    const { fault } = await exportRight(runner, intent, nowMs);
    if (fault !== null) return rejected(fault);
  }
  await addRequest(runner, {
    request,
    office: device.office,
    device: device.id,
    userId: actor,
    intent: canonicalJson(intent),
    askedMs: nowMs,
  });
  return { verdict: 'applied', reason: null, subject: request };
}

/** A request as the centre's people read it. */
export interface WaitingExport {
  readonly request: string;
  readonly askedMs: number;
  readonly intent: ExportIntent;
}

export const readRequest = ({ request, askedMs, intent }: KeptRequest): WaitingExport => ({
  request,
  askedMs,
  intent: ExportIntentSchema.parse(JSON.parse(intent)),
});

export async function waitingExports(
  runner: SqlRunner,
  office: string | null,
): Promise<readonly WaitingExport[]> {
  return (await waitingRequests(runner, office, MAX_WAITING)).map(readRequest);
}

/** How a request is decided. */
export interface DecisionOrder {
  readonly request: string;
  readonly decision: 'approved' | 'refused';
  /** Badge of a head or approver of the office, another person than the one who asked. */
  readonly by: string;
  readonly note?: string;
}

/**
 * Decides a request, with its ticket for an approval. Where two persons signed for it, the decision names their act beside the
 * person whose consent they tell of. Throws RangeError for who may not, and for what is decided.
 */
export function decideExport(
  parts: ServerParts,
  order: DecisionOrder,
  agreed: Agreed | null,
): Promise<void> {
  const { client, statements, nowMs } = parts;
  const { request, decision, by, note = '' } = order;
  return client.transaction(async (runner) => {
    const asked = await findRequest(runner, request);
    if (asked === undefined) throw new RangeError(`no request ${request}`);
    if (asked.state !== 'waiting') throw new RangeError(`request ${request} is ${asked.state}`);
    const person = (await usersOf(runner, asked.office)).find(({ badge }) => badge === by);
    if (person === undefined || !APPROVERS.has(person.role))
      throw new RangeError('--by wants the badge of a head or approver of the office');
    if (person.userId === asked.userId)
      throw new RangeError('nobody consents to an export of their own');
    const { intent } = readRequest(asked);
    const made =
      decision === 'approved' ? await boundTicket(parts, runner, intent, 'approval') : null;
    if (made !== null) await keepTicket(runner, { ...made.ticket, sealed: null });
    const at = nowMs();
    const statement = ExportDecisionSchema.parse({
      type: 'export-decision',
      request,
      office: asked.office,
      device: asked.device,
      userId: asked.userId,
      decision,
      by: namedBy(`${person.name} ${person.badge}`, agreed),
      note,
      ticket: made?.envelope ?? null,
      issuedMs: at,
      expiresMs: at + DECISION_MS,
    });
    const signed = JSON.stringify(await statements.sign(statement));
    await keepDecision(runner, request, decision, signed, at);
  });
}

const namedBy = (person: string, agreed: Agreed | null): string =>
  agreed === null ? person.slice(0, 80) : `${person.slice(0, 40)} (act ${agreed.act})`;
