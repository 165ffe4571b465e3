import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { ulid } from '../../../../shared/kernel/ids';
import { type ExportIntent, ExportIntentSchema } from '../../../../shared/protocol/ticket';
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
  async ask(intent: ExportIntent, nowMs: number, going: RequestGoing = PLAIN): Promise<string> {
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
  async close(request: string): Promise<void> {
    const kept = (await this.list()).map((one) =>
      one.request === request ? { ...one, isDone: true } : one,
    );
    await this.store.call('factSet', { name: FACT, value: canonicalJson(kept) });
    await this.forgetGoing(request);
  }
}
