import { z } from 'zod';
import { EmptySchema, FilterSchema, IdSchema, MsSchema, StatusSchema } from '../common';
import { route } from '../define';

const Count = z.number().int().nonnegative();

/** One of the person's own look-ups. */
export const LookUpSchema = z.strictObject({
  id: IdSchema,
  atMs: MsSchema,
  kind: z.enum(['query', 'view', 'view-person', 'view-company', 'reveal']),
  /** What was typed; null where it held digits, of which the log keeps a tag only. */
  text: z.string().nullable(),
  hasDigits: z.boolean(),
  filter: FilterSchema.nullable(),
  subject: IdSchema.nullable(),
  /** Masked name of the subject; null where it is not in the slice any more. */
  label: z.string().nullable(),
  count: Count,
});
export type LookUpView = z.infer<typeof LookUpSchema>;

const StandingSchema = z.strictObject({
  count: Count,
  byStatus: z.partialRecord(StatusSchema, Count),
});
/** How a followed subject stood when the person last looked, and stands now; null: not in the slice. */
export const FollowedSchema = z.strictObject({
  item: z.string(),
  before: StandingSchema.nullable(),
  now: StandingSchema.nullable(),
  isChanged: z.boolean(),
  /** A search for digits whose new answer would pass the measure of this hour: `now` is what was told last. */
  isWithheld: z.boolean(),
});
export type Followed = z.infer<typeof FollowedSchema>;

const reader = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
} as const;
export const watchRoutes = {
  /** The person's own look-ups before a number, newest first. */
  'history.list': route({
    ...reader,
    kind: 'query',
    audit: null,
    input: z.strictObject({ before: IdSchema.nullable() }),
    output: z.strictObject({ rows: z.array(LookUpSchema).max(100), hasMore: z.boolean() }),
  }),
  /** Clears the person's list; the log keeps every look-up as long as the rules ask. */
  'history.clear': route({
    ...reader,
    kind: 'command',
    audit: 'history-cleared',
    input: EmptySchema,
    output: z.strictObject({ cleared: Count }),
  }),
  /** Favourites and saved searches of the person, compared with when he last looked. */
  'follow.list': route({
    ...reader,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ items: z.array(FollowedSchema), changed: Count }),
  }),
  /** The person has seen these changes. */
  'follow.seen': route({
    ...reader,
    kind: 'command',
    audit: null,
    input: z.strictObject({ items: z.array(z.string().max(40)).max(1_000) }),
    output: EmptySchema,
  }),
};
