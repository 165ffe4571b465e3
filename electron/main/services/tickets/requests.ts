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

  /** Queues the request; it is remembered in the transaction that queues it. Throws codes of the outbox. */
  async ask(intent: ExportIntent, nowMs: number): Promise<string> {
    const request = ulid(nowMs, randomBytes(10));
    const kept = [{ request, askedMs: nowMs, intent, isDone: false }, ...(await this.list())];
    const fact = { name: FACT, value: canonicalJson(kept.slice(0, KEPT)) };
    await this.outbox.tell('export-request', { request, intent }, { fact });
    return request;
  }

  /** It led to an export, or was put aside: not shown any more. */
  async close(request: string): Promise<void> {
    const kept = (await this.list()).map((one) =>
      one.request === request ? { ...one, isDone: true } : one,
    );
    await this.store.call('factSet', { name: FACT, value: canonicalJson(kept) });
  }
}
