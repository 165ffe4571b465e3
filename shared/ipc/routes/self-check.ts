import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

/** What the daily self-check looks at, in its order. */
export const CHECK_ITEMS = [
  'pages',
  'engine',
  'versions',
  'digest',
  'deep',
  'audit',
  'clock',
  'certificates',
  'statements',
  'rules',
  'disk',
  'backup',
] as const;
export type CheckItemName = (typeof CHECK_ITEMS)[number];

/** What an item found; every code belongs to one item or is general. */
export const CHECK_CODES = [
  'ok',
  // General.
  'no-key',
  'no-data',
  'busy',
  'pages-damaged',
  'failed',
  // Items in their order.
  'damaged',
  'unsound',
  'older',
  'differs',
  'mended',
  'partial',
  'broken',
  'behind',
  'ahead',
  'invalid',
  'expired',
  'ends-soon',
  'refused',
  'low',
  'no-place',
  'none-yet',
  'stale',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

export const CheckItemSchema = z.strictObject({
  name: z.enum(CHECK_ITEMS),
  /** `skipped`: could not be looked at, and why is in the code. */
  state: z.enum(['ok', 'warn', 'bad', 'skipped']),
  code: z.enum(CHECK_CODES),
  /** Numbers and names that the wording takes. */
  params: z.record(z.string().max(20), z.union([z.string().max(120), z.number()])),
});
export type CheckItem = z.infer<typeof CheckItemSchema>;

export const SelfCheckRunSchema = z.strictObject({
  atMs: MsSchema,
  endedMs: MsSchema,
  by: z.enum(['schedule', 'person']),
  items: z.array(CheckItemSchema).max(CHECK_ITEMS.length),
});
export type SelfCheckRun = z.infer<typeof SelfCheckRunSchema>;

export const SelfCheckProgressSchema = z.strictObject({
  /** The item that is being looked at. */
  item: z.enum(CHECK_ITEMS),
  /** Of the pages; 0 in the other items. */
  doneBytes: z.number().int().nonnegative(),
  totalBytes: z.number().int().nonnegative(),
});
export type SelfCheckProgress = z.infer<typeof SelfCheckProgressSchema>;

export const SelfCheckStatusSchema = z.strictObject({
  /** Newest first. */
  runs: z.array(SelfCheckRunSchema).max(30),
  /** When the next one is due; in the past: at the next chance. */
  nextMs: MsSchema,
  running: SelfCheckProgressSchema.nullable(),
});
export type SelfCheckStatus = z.infer<typeof SelfCheckStatusSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked', roles: 'any' } as const;

export const selfCheckRoutes = {
  'self-check.status': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: SelfCheckStatusSchema,
  }),
  /** Starts a run; progress and the end come as events. BUSY while one runs. */
  'self-check.start': route({
    ...common,
    kind: 'command',
    audit: 'self-check',
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Ends what runs; nothing of it is kept. */
  'self-check.cancel': route({
    ...common,
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
