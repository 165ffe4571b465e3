import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { ulid } from '../../../../shared/kernel/ids';
import {
  type ExportDecision,
  type ExportIntent,
  ExportIntentSchema,
} from '../../../../shared/protocol/ticket';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';

const FACT = 'export-requests';
/** Requests that are remembered; the oldest go first. */
const KEPT = 50;

const KeptSchema = z.array(
  z.strictObject({
    request: z.string().length(26),
    askedMs: z.number().int(),
    intent: ExportIntentSchema,
    /** The export that it led to, or that the person put it aside. */
    isDone: z.boolean(),
    /** What was decided, from when it was first seen: the centre tells it for some weeks alone. */
    heard: z
      .strictObject({
        decision: z.enum(['approved', 'refused']),
        by: z.string().max(80),
        note: z.string().max(500),
        decidedMs: z.number().int(),
      })
      .optional(),
  }),
);
/** Where the package of a request goes and for whom it is encrypted, as it was asked: a fact of its own for each. */
const GoingSchema = z.strictObject({
  target: z.enum(['default', 'choose']),
  recipient: z
    .strictObject({ holder: z.string().max(300), der: z.base64().max(24_000) })
    .nullable(),
});
export type RequestGoing = z.infer<typeof GoingSchema>;
const PLAIN: RequestGoing = { target: 'default', recipient: null };
const goingName = (request: string) => `export-going:${request}`;

export type KeptRequest = z.infer<typeof KeptSchema>[number];

/** Exports that wait for consent, as the journal remembers them. */
export class ExportRequests {
  /** One change of the fact at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: StoreCaller,
    private readonly outbox: Pick<OutboxService, 'tell'>,
  ) {}

  async list(): Promise<readonly KeptRequest[]> {
    const kept = KeptSchema.safeParse(
      JSON.parse((await this.store.call('factGet', { name: FACT })) ?? '[]'),
    );
    return kept.success ? kept.data : [];
  }

  /**
   * Queues the request; it is remembered in the transaction that queues it, and before that how its package goes: what
   * was asked for encrypted never goes out otherwise. Throws codes of the outbox.
   */
  ask(intent: ExportIntent, nowMs: number, going: RequestGoing = PLAIN): Promise<string> {
    return this.queue(() => this.askNow(intent, nowMs, going));
  }

  private async askNow(intent: ExportIntent, nowMs: number, going: RequestGoing): Promise<string> {
    const request = ulid(nowMs, randomBytes(10));
    const kept = [{ request, askedMs: nowMs, intent, isDone: false }, ...(await this.list())];
    const fact = { name: FACT, value: canonicalJson(kept.slice(0, KEPT)) };
    await this.store.call('factSet', { name: goingName(request), value: canonicalJson(going) });
    try {
      await this.outbox.tell('export-request', { request, intent }, { fact });
    } catch (error) {
      await this.forgetGoing(request).catch(() => undefined);
      throw error;
    }
    for (const old of kept.slice(KEPT)) await this.forgetGoing(old.request);
    return request;
  }

  /** How the package of a request goes; null where it is not known, and then it does not. */
  async going(request: string): Promise<RequestGoing | null> {
    const text = await this.store.call('factGet', { name: goingName(request) });
    if (text === null || text === '') return null;
    const parsed = GoingSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  }

  private async forgetGoing(request: string): Promise<void> {
    await this.store.call('factSet', { name: goingName(request), value: '' });
  }

  /** It led to an export, or was put aside: not shown any more. */
  close(request: string): Promise<void> {
    return this.queue(async () => {
      const kept = (await this.list()).map((one) =>
        one.request === request ? { ...one, isDone: true } : one,
      );
      await this.store.call('factSet', { name: FACT, value: canonicalJson(kept) });
      await this.forgetGoing(request);
    });
  }

  /** The requests, with what was decided on them; what is new of it is remembered, so that no answer turns back into waiting. */
  listWith(decisions: readonly ExportDecision[]): Promise<readonly KeptRequest[]> {
    return this.queue(async () => {
      const before = await this.list();
      const kept = before.map((one) => {
        const said = decisions.find(({ request }) => request === one.request);
        if (said === undefined || one.heard !== undefined) return one;
        const { decision, by, note, issuedMs: decidedMs } = said;
        return { ...one, heard: { decision, by, note, decidedMs } };
      });
      const isNew = kept.some((one, place) => one !== before[place]);
      if (isNew) await this.store.call('factSet', { name: FACT, value: canonicalJson(kept) });
      return kept;
    });
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.last.then(act);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
