import { approversNeeded } from '../../../../shared/domain/cross-region/scope';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { CrossRegionRequestSchema } from '../../../../shared/protocol/cross-region';
import type { StoreCaller } from '../../clients/store-client';
import { openWords, wordsPlace } from '../outbox/private-words';
import type { OpenSession } from '../unlock/session';
import { NOT_HERE } from './grant-age';
import { shownScope } from './shown-scope';

type Listed = RouteOutput<'cross-region.list'>['requests'][number];

/** What a person sent and the centre has not answered: the newest; older ones are told by the list of reports. */
const LISTED = 200;

/** Fact of the journal: the command with which a person decided on a request last. */
const decidedFact = (userId: string, request: string) =>
  `cross-region.decided.${userId}.${request}`;

/** Goes with a decision into the journal, so that it is known as made until the centre has it. */
export const decidedBy = (userId: string, request: string, key: string) => ({
  name: decidedFact(userId, request),
  value: key,
});

/** What a person said here and the centre does not know yet, or did not take. */
export class OwnWord {
  constructor(private readonly store: StoreCaller) {}

  /**
   * Requests that the person at the desk wrote and that wait for a line, or that the centre put aside or refused, but for
   * `known` ones, which the centre has. Newest first.
   */
  async requests(session: OpenSession, known: ReadonlySet<string>): Promise<readonly Listed[]> {
    const { userId } = session.view;
    const ask = { kind: 'cross-region-request', actor: userId, limit: LISTED };
    const sent = (await this.store.call('outboxSent', ask)).filter(
      ({ verdict }) => verdict === null,
    );
    const aside = (await this.store.call('outboxItems', { actor: userId })).filter(
      ({ kind }) => kind === ask.kind,
    );
    const said = [
      ...sent.map(({ dseq, payload, atMs }) => ({ dseq, payload, atMs, notTaken: null })),
      ...aside.map(({ dseq, payload, madeMs, verdict, reason }) => {
        return { dseq, payload, atMs: madeMs, notTaken: { verdict, reason } };
      }),
    ];
    const made = said.flatMap(({ dseq, payload, atMs, notTaken }) => {
      const words =
        payload === null ? undefined : openWords(session.keys, wordsPlace(dseq, ask.kind), payload);
      const one =
        words === undefined ? null : CrossRegionRequestSchema.safeParse(parsed(words)).data;
      if (one == null || known.has(one.request)) return [];
      return [asListed(session, one, atMs, notTaken)];
    });
    return made.sort((a, b) => b.askedMs - a.askedMs);
  }

  /** Those of some requests on which the person decided and the centre has not judged it. */
  async decided(userId: string, requests: readonly string[]): Promise<ReadonlySet<string>> {
    if (requests.length === 0) return new Set();
    const ask = { kind: 'approval', actor: userId, limit: LISTED };
    const waiting = new Set(
      (await this.store.call('outboxSent', ask))
        .filter(({ verdict }) => verdict === null)
        .map(({ key }) => key),
    );
    if (waiting.size === 0) return new Set();
    const decided = new Set<string>();
    for (const request of requests) {
      const key = await this.store.call('factGet', { name: decidedFact(userId, request) });
      if (key !== null && waiting.has(key)) decided.add(request);
    }
    return decided;
  }
}

function asListed(
  { view, office }: OpenSession,
  { request, purpose, basis, scope }: ReturnType<typeof CrossRegionRequestSchema.parse>,
  askedMs: number,
  notTaken: Listed['notTaken'],
): Listed {
  return {
    request,
    isOwn: true,
    state: 'asked',
    waiting: notTaken === null ? 'request' : null,
    notTaken,
    todo: null,
    mayRevoke: false,
    office: office.office.name,
    name: view.name,
    badge: view.badge,
    askedMs,
    purpose,
    basis,
    asked: shownScope(scope),
    scope: shownScope(scope),
    steps: [],
    needed: approversNeeded(scope),
    reach: null,
    before: null,
    untilMs: null,
    isHere: false,
    ...NOT_HERE,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
