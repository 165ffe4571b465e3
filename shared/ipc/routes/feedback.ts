import { z } from 'zod';
import { FEEDBACK_TOPICS } from '../../protocol/commands';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

export const FeedbackTopicSchema = z.enum(FEEDBACK_TOPICS);

const common = { window: 'main', transport: 'ipc', needs: 'unlocked', roles: 'any' } as const;
export const feedbackRoutes = {
  /** What the person sent, newest first, with what became of it. */
  'feedback.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      /** False for a person whose role reports nothing to the centre. */
      maySend: z.boolean(),
      items: z
        .array(
          z.strictObject({
            dseq: z.number().int().positive(),
            atMs: MsSchema,
            state: z.enum(['waiting', 'arrived', 'under-review', 'returned']),
            /** What was written, as long as it is here. */
            text: z.string().nullable(),
          }),
        )
        .max(20),
    }),
  }),
  'feedback.send': route({
    ...common,
    kind: 'command',
    audit: 'feedback',
    input: z.strictObject({
      topic: FeedbackTopicSchema,
      text: z.string().trim().min(1).max(2_000),
    }),
    output: EmptySchema,
  }),
};
