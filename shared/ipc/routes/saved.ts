import { z } from 'zod';
import { MOVING_PERIODS } from '../../domain/saved/moving-period';
import { MAX_SAVED_ITEMS } from '../../protocol/commands';
import { EmptySchema, FilterSchema, IdSchema, MsSchema } from '../common';
import { route } from '../define';

/** Most items of a user, and characters of a title and of a body in canonical JSON. */
export const SAVED_LIMITS = { items: MAX_SAVED_ITEMS, title: 200, body: 20_000 } as const;

const UlidSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

/** What may be saved, by kind. It is kept and travels as canonical JSON without `kind`. */
export const SavedBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('favourite'),
    subject: z.enum(['certificate', 'person', 'company']),
    id: IdSchema,
  }),
  z.strictObject({
    kind: z.literal('search'),
    text: z.string().max(200),
    filter: FilterSchema,
    /** The days of validity follow the day on which it is opened, in place of days in the filter. */
    period: z.enum(MOVING_PERIODS).optional(),
  }),
  /** Columns of a list, in the order chosen. */
  z.strictObject({
    kind: z.literal('columns'),
    list: z.string().min(1).max(40),
    columns: z.array(z.string().min(1).max(40)).min(1).max(40),
  }),
]);
export type SavedBody = z.infer<typeof SavedBodySchema>;

export const SavedItemViewSchema = z.strictObject({
  item: UlidSchema,
  title: z.string(),
  /** null: of a newer program; kept and passed on, but not understood here. */
  body: SavedBodySchema.nullable(),
  updatedMs: MsSchema,
  /** Not at the centre yet. */
  isWaiting: z.boolean(),
});
export type SavedItemView = z.infer<typeof SavedItemViewSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
} as const;
export const savedRoutes = {
  /** The person's own, newest change first. */
  'saved.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ items: z.array(SavedItemViewSchema), most: z.number().int() }),
  }),
  /** Saves anew (`item` null) or changes one of the person's own. A favourite or a list's columns there once. */
  'saved.put': route({
    ...common,
    kind: 'command',
    audit: 'saved-item',
    input: z.strictObject({
      item: UlidSchema.nullable(),
      title: z.string().trim().min(1).max(SAVED_LIMITS.title),
      body: SavedBodySchema,
    }),
    output: z.strictObject({ item: UlidSchema }),
  }),
  'saved.remove': route({
    ...common,
    kind: 'command',
    audit: 'saved-item',
    input: z.strictObject({ item: UlidSchema }),
    output: EmptySchema,
  }),
};
