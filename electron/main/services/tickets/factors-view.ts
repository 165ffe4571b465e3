import { EXPORT_WAYS } from '../../../../shared/domain/policy/export-policy';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { ExportDecision } from '../../../../shared/protocol/ticket';
import { templatesOf } from './export-forms';
import type { OfficeExports } from './office-exports';
import type { ExportRequests } from './requests';

interface Held {
  readonly userId: string;
  /** Tickets that cannot be used any more. */
  readonly taken: ReadonlySet<string>;
  readonly requests: Awaited<ReturnType<ExportRequests['list']>>;
  /** For whom the packages of requests are encrypted, by request. */
  readonly recipients: ReadonlyMap<string, string>;
}

/** Ways, purposes, tickets and requests of a person, for the page. */
export function factorsView(
  { policy, tickets, decisions }: OfficeExports,
  { userId, taken, requests, recipients }: Held,
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
    requests: kept.map(({ request, askedMs, intent }) => {
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
        state: decision?.decision ?? 'waiting',
        by: decision?.by ?? null,
        note: decision?.note ?? null,
        decidedMs: decision?.issuedMs ?? null,
      };
    }),
  };
}

/** Number of the ticket that a decision brought; empty for none. */
function idOf(decision: ExportDecision | undefined): string {
  const payload = decision?.ticket?.payload;
  return payload === undefined ? '' : String((JSON.parse(payload) as { readonly id?: unknown }).id);
}
