import { z } from 'zod';
import { EmptySchema } from '../common';
import { route } from '../define';

/** What of a board takes longer than a moment when it is first asked for. */
export const SlowFigureSchema = z.enum(['trend', 'forecast']);
export type SlowFigure = z.infer<typeof SlowFigureSchema>;

/** Parts that are done; null: it is not being made. */
const HowFarSchema = z
  .strictObject({ done: z.number().int().nonnegative(), of: z.number().int().positive() })
  .nullable();

export const boardMakingRoutes = {
  /** How far the slow figures of a board are. */
  'boards.making': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ trend: HowFarSchema, forecast: HowFarSchema }),
  }),
  /** Calls one of them off: whoever waits for it is answered CANCELLED, and whoever asks again has it made anew. */
  'boards.stop': route({
    kind: 'command',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: z.strictObject({ what: SlowFigureSchema }),
    output: z.strictObject({ isStopped: z.boolean() }),
  }),
};
