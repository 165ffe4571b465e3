import { z } from 'zod';
import { ROLES } from '../../domain/model';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

/** Look-ups, contents of audit entries about look-ups, rows of batch verifications, settled reports, visits and notes of reports. */
const CountsSchema = z.strictObject({
  lookUps: z.number().int().nonnegative(),
  payloads: z.number().int().nonnegative(),
  batches: z.number().int().nonnegative(),
  reports: z.number().int().nonnegative(),
  visits: z.number().int().nonnegative(),
});

export const RetentionStatusSchema = z.strictObject({
  /** The last purge that came to its end; null: none yet. */
  last: CountsSchema.extend({ atMs: MsSchema }).nullable(),
  /** What a purge now would take, and up to when; null where it may not run. */
  next: CountsSchema.extend({ lookUpsBeforeMs: MsSchema, batchesBeforeMs: MsSchema }).nullable(),
  /** When the next one is due by itself; in the past: at the next chance. */
  nextMs: MsSchema,
  /**
   * Why it does not run, or not as far as the clock says. `role`: the session holds no key to certificate data;
   * `no-time`: the server never told the time; `clock-ahead`: the clock is far ahead of the server's last time;
   * `emergency`: nothing can be written.
   */
  held: z.enum(['role', 'no-time', 'clock-ahead', 'emergency']).nullable(),
  /** What a running purge took so far. */
  running: CountsSchema.nullable(),
  mayRun: z.boolean(),
});
export type RetentionStatus = z.infer<typeof RetentionStatusSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
export const retentionRoutes = {
  'retention.status': route({
    ...common,
    kind: 'query',
    roles: ROLES,
    audit: null,
    input: EmptySchema,
    output: RetentionStatusSchema,
  }),
  /** Starts a purge now; its end comes as an event. BUSY while one runs. */
  'retention.run': route({
    ...common,
    kind: 'command',
    roles: ['head'],
    audit: 'retention-started',
    input: EmptySchema,
    output: RetentionStatusSchema,
  }),
};
