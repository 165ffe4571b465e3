import { expect, it } from 'vitest';
import { SAFE_EXPORT_POLICY } from '../../../../shared/domain/policy/export-policy';
import type { ExportDecision } from '../../../../shared/protocol/ticket';
import { factorsView } from './factors-view';
import { ExportRequests } from './requests';

const DAY_MS = 86_400_000;
const INTENT = {
  ...{ type: 'export-intent', traceId: 'DC-20261127-0001', office: '330100', device: 'D-1' },
  ...{ userId: 'u', purposeClass: 'inspection', purpose: '现场检查', filter: '{}', scope: '有效' },
  ...{ regions: ['3301'], maxRows: 20 },
} as const;
const decided = (request: string, decision: 'approved' | 'refused', nowMs: number) =>
  ({
    ...{ request, decision, by: '李娜 H1', note: '同意', issuedMs: nowMs },
    ticket:
      decision === 'refused'
        ? null
        : { payload: JSON.stringify({ id: `T-${request}`, expiresMs: nowMs + 7 * DAY_MS }) },
  }) as unknown as ExportDecision;

/** Requests on facts that are kept as the journal keeps them. */
function desk() {
  const facts = new Map<string, string>();
  const set = ({ name, value }: { name: string; value: string }) => void facts.set(name, value);
  const store = {
    call: async (call: string, input: { name: string; value: string }) =>
      call === 'factGet' ? (facts.get(input.name) ?? null) : set(input),
  };
  const outbox = { tell: async (_: string, __: unknown, { fact }: never) => set(fact) };
  const requests = new ExportRequests(store as never, outbox as never);
  const states = async (decisions: readonly ExportDecision[], nowMs: number) => {
    const kept = await requests.listWith(decisions);
    const said = { policy: SAFE_EXPORT_POLICY, tickets: [], decisions } as never;
    const held = { userId: 'u', taken: new Set<string>(), recipients: new Map<string, string>() };
    return factorsView(said, { ...held, requests: kept, nowMs }).requests.map((one) => one.state);
  };
  return { requests, states };
}

// Would catch: an answer that was heard and is told as waiting when the centre tells it no more; a consent that is offered after its
// ticket is over; one that waits for ever where the answer came and went while the device was away.
it('says of a request what was last heard, and nothing that is not known any more', async () => {
  const { requests, states } = desk();
  const askedMs = 1_800_000_000_000;
  const yes = await requests.ask(INTENT as never, askedMs);
  const no = await requests.ask(INTENT as never, askedMs);
  expect(await states([], askedMs)).toEqual(['waiting', 'waiting']);
  const both = [decided(yes, 'approved', askedMs), decided(no, 'refused', askedMs)];
  expect(await states(both, askedMs)).toEqual(['refused', 'approved']);
  expect(await states(both, askedMs + 8 * DAY_MS)).toEqual(['refused', 'over']);
  expect(await states([], askedMs + 40 * DAY_MS)).toEqual(['refused', 'over']);
  await requests.ask(INTENT as never, askedMs);
  expect((await states([], askedMs + 29 * DAY_MS))[0]).toBe('waiting');
  expect((await states([], askedMs + 31 * DAY_MS))[0]).toBe('unheard');
});
