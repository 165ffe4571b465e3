import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const DseqSchema = z.number().int().positive();

/** A command that needs somebody: refused by the centre, or waiting there for a decision. */
export const WorkItemSchema = z.strictObject({
  dseq: DseqSchema,
  /** CommandKind; of a newer program perhaps one that is unknown here. */
  kind: z.string(),
  verdict: z.enum(['rejected', 'needs-review']),
  /** A word of the server (`outbox.reason-…`); null where it gave none. */
  reason: z.string().nullable(),
  isOwn: z.boolean(),
  /** What was written is here still, so it can be sent again. */
  isResendable: z.boolean(),
  /** Texts that may be written anew, by field. */
  texts: z.record(z.string(), z.string()),
  madeMs: MsSchema,
  judgedMs: MsSchema,
});
export type WorkItemView = z.infer<typeof WorkItemSchema>;

export const OutboxViewSchema = z.strictObject({
  items: z.array(WorkItemSchema).max(200),
  underReview: z.number().int().nonnegative(),
  /** Device and centre do not have the same history of reports. */
  alarm: z
    .strictObject({
      kind: z.enum(['ahead', 'differs', 'refused', 'server-behind']),
      dseq: z.number().int(),
      atMs: MsSchema,
    })
    .nullable(),
  /** The copy outside the office fits; without it nothing can be reported. */
  isCopyKept: z.boolean(),
  /** Until which command the centre has confirmed, and when. */
  receipt: z.strictObject({ dseq: z.number().int(), atMs: MsSchema }).nullable(),
});

const common = { window: 'main', transport: 'ipc', needs: 'unlocked', roles: 'any' } as const;
export const outboxRoutes = {
  'outbox.view': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: OutboxViewSchema,
  }),
  /** Sends a refused command anew with other texts. */
  'outbox.resend': route({
    ...common,
    kind: 'command',
    audit: 'outbox',
    input: z.strictObject({
      dseq: DseqSchema,
      texts: z.record(z.string().max(40), z.string().max(2_000)),
    }),
    output: EmptySchema,
  }),
  'outbox.dismiss': route({
    ...common,
    kind: 'command',
    audit: 'outbox',
    input: z.strictObject({ dseq: DseqSchema, note: z.string().trim().min(1).max(500) }),
    output: EmptySchema,
  }),
  /** Copies the sealed reports to a place that main asks for, to be handed in at the centre. */
  'outbox.export': route({
    ...common,
    kind: 'command',
    audit: 'outbox',
    input: EmptySchema,
    output: z.strictObject({ isSaved: z.boolean() }),
  }),
};
