import { z } from 'zod';
import { ACT_FIELDS, ACT_KINDS } from '../../protocol/acts/facts';
import { AdminActSchema } from '../../protocol/admin-acts';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const IdSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);

const CentralActSchema = z.strictObject({
  id: IdSchema,
  /** Null: what the centre has of it is no act of this centre's. */
  kind: z.enum(ACT_KINDS).nullable(),
  facts: z.array(z.strictObject({ field: z.enum(ACT_FIELDS), value: z.string() })),
  requestedBy: z.string(),
  requestedName: z.string(),
  requestedMs: MsSchema,
  /** Until when it can be countersigned. */
  untilMs: MsSchema.nullable(),
  endedBy: z.string().nullable(),
  /** over: nobody countersigned it in time. */
  state: z.enum(['open', 'agreed', 'done', 'failed', 'refused', 'over']),
  outcome: z.string().nullable(),
  /** Asked for by who is logged in to the centre. */
  isOwn: z.boolean(),
});
export type CentralAct = z.infer<typeof CentralActSchema>;

const AdminSchema = z.strictObject({ person: z.string(), name: z.string() });

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['system-admin', 'security-admin'],
} as const;

/** Administrative acts of the centre: two persons, each with the U-Key that is registered there. */
export const actRoutes = {
  /** Who is logged in to the centre at this desk; null: nobody. */
  'acts.status': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ admin: AdminSchema.extend({ untilMs: MsSchema }).nullable() }),
  }),
  /** Opens the signing window on the centre's random number. CANCELLED where the person does not sign. */
  'acts.open': route({
    ...common,
    kind: 'command',
    audit: 'central-acts-opened',
    input: EmptySchema,
    output: EmptySchema,
  }),
  'acts.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      acts: z.array(CentralActSchema).max(200),
      admins: z.array(AdminSchema).max(200),
    }),
  }),
  /** Opens the signing window on an act; another person has to countersign it. */
  'acts.request': route({
    ...common,
    kind: 'command',
    audit: 'central-act-signed',
    input: z.strictObject({ act: AdminActSchema }),
    output: z.strictObject({ id: IdSchema }),
  }),
  /** Opens the signing window on an act that waits; countersigned, the centre does it at once. */
  'acts.decide': route({
    ...common,
    kind: 'command',
    audit: 'central-act-signed',
    input: z.strictObject({
      id: IdSchema,
      part: z.enum(['countersign', 'refuse']),
      note: z.string().trim().max(300),
    }),
    output: z.strictObject({
      state: z.enum(['open', 'done', 'failed', 'refused']),
      outcome: z.string().nullable(),
      /** Codes and files that the centre tells once. */
      told: z.string().nullable(),
    }),
  }),
  /** Saves what the last act told to a file of the person's choice. */
  'acts.save': route({
    ...common,
    kind: 'command',
    audit: 'central-act-saved',
    input: EmptySchema,
    output: z.strictObject({ isSaved: z.boolean() }),
  }),
};
