import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import type { SentCommand } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { SessionHolder } from '../unlock/session';
import type { OutboxService } from './outbox';
import { openWords, wordsPlace } from './private-words';

const LISTED = 20;

type Item = RouteOutput<'feedback.list'>['items'][number];

const STATES: Readonly<Record<NonNullable<SentCommand['verdict']>, Item['state']>> = {
  applied: 'arrived',
  duplicate: 'arrived',
  'needs-review': 'under-review',
  rejected: 'returned',
};

/** What the person at the desk tells the people who make and run the program. */
export class Feedback {
  constructor(
    private readonly parts: {
      readonly store: StoreCaller;
      readonly sessions: SessionHolder;
      readonly outbox: Pick<OutboxService, 'tell'>;
      /** Name and version. */
      readonly program: string;
    },
  ) {}

  async list(): Promise<RouteOutput<'feedback.list'>> {
    const { store, sessions } = this.parts;
    const { keys, view } = sessions.demand();
    const actor = view.userId;
    const sent = await store.call('outboxSent', { kind: 'feedback', actor, limit: LISTED });
    const items = sent.map(({ dseq, atMs, verdict, payload }): Item => {
      const state = verdict === null ? 'waiting' : STATES[verdict];
      const words =
        payload === null ? undefined : openWords(keys, wordsPlace(dseq, 'feedback'), payload);
      return { dseq, atMs, state, text: words === undefined ? null : textOf(words) };
    });
    return { maySend: keys.has('deviceSign'), items };
  }

  /** Throws codes of the outbox. */
  async send({ topic, text }: ParsedInput<'feedback.send'>): Promise<void> {
    const program = this.parts.program.slice(0, 80);
    await this.parts.outbox.tell('feedback', { topic, text, program });
  }
}

function textOf(words: string): string | null {
  const text: unknown = JSON.parse(words).text;
  return typeof text === 'string' ? text : null;
}
