import { EXPORT_WAYS } from '../../../../shared/domain/policy/export-policy';
import { templatesOf } from '../../../../shared/domain/policy/export-templates';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { ExportDecision } from '../../../../shared/protocol/ticket';
import type { OfficeExports } from './office-exports';
import type { ExportRequests } from './requests';

interface Held {
  readonly userId: string;
  /** Tickets that cannot be used any more. */
  readonly taken: ReadonlySet<string>;
  readonly requests: Awaited<ReturnType<ExportRequests['list']>>;
  /** For whom the packages of requests are encrypted, by request. */
  readonly recipients: ReadonlyMap<string, string>;
  readonly nowMs: number;
}

/** After so long without an answer nobody here knows whether there was one: the centre tells each for 30 days. */
const UNHEARD_MS = 30 * 86_400_000;

/** Ways, purposes, tickets and requests of a person, for the page. */
export function factorsView(
  { policy, tickets, decisions }: OfficeExports,
  { userId, taken, requests, recipients, nowMs }: Held,
): RouteOutput<'exports.factors'> {
  const isUsed = (request: string) =>
    taken.has(idOf(decisions.find((one) => one.request === request)));
  const kept = requests.filter(
    ({ request, isDone, intent }) => !isDone && intent.userId === userId && !isUsed(request),
  );
  return {
    ways: EXPORT_WAYS.filter((way) => policy.ways.includes(way)),
    purposes: [...policy.purposes],
    templates: templatesOf(policy).map((one) => ({
      ...one,
      names: { ...one.names },
      columns: [...one.columns],
    })),
    tickets: tickets
      .filter(({ id }) => !taken.has(id))
      .map(({ id, expiresMs, maxRows, purposes }) => ({ id, expiresMs, maxRows, purposes })),
    requests: kept.map(({ request, askedMs, intent, heard }) => {
      const decision = decisions.find((one) => one.request === request);
      return {
        request,
        askedMs,
        traceId: intent.traceId,
        scope: intent.scope,
        purposeClass: intent.purposeClass,
        purpose: intent.purpose,
        count: intent.maxRows,
        recipient: recipients.get(request) ?? null,
        state: stateOf({ askedMs, heard }, decision, nowMs),
        by: heard?.by ?? null,
        note: heard?.note ?? null,
        decidedMs: heard?.decidedMs ?? null,
      };
    }),
  };
}

/** A consent goes on as long as its ticket: after that it is over, whatever the page showed before. */
function stateOf(
  { askedMs, heard }: Pick<Held['requests'][number], 'askedMs' | 'heard'>,
  decision: ExportDecision | undefined,
  nowMs: number,
): RouteOutput<'exports.factors'>['requests'][number]['state'] {
  if (heard === undefined) return nowMs - askedMs > UNHEARD_MS ? 'unheard' : 'waiting';
  if (heard.decision === 'refused') return 'refused';
  const untilMs = Number(ticketOf(decision)?.expiresMs ?? 0);
  return untilMs > nowMs ? 'approved' : 'over';
}

/** Number of the ticket that a decision brought; empty for none. */
function idOf(decision: ExportDecision | undefined): string {
  const ticket = ticketOf(decision);
  return ticket === null ? '' : String(ticket.id);
}

function ticketOf(
  decision: ExportDecision | undefined,
): { readonly id?: unknown; readonly expiresMs?: unknown } | null {
  const payload = decision?.ticket?.payload;
  return payload === undefined ? null : JSON.parse(payload);
}
