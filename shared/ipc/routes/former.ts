import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const IdSchema = z.number().int().positive().max(999_999);

/** An office that a restore put aside on this device. */
export const FormerOfficeSchema = z.strictObject({
  id: IdSchema,
  bytes: z.number().int().nonnegative(),
  /** When it was put aside. */
  atMs: MsSchema,
  /** The backup that took its place; null where nobody noted it. */
  backup: z
    .strictObject({ createdMs: MsSchema, generation: z.number().int().positive() })
    .nullable(),
  /** Its log and reports go on in the present office: nothing exists in it alone. */
  isJournalKept: z.boolean(),
  exportedMs: MsSchema.nullable(),
});
export type FormerOffice = z.infer<typeof FormerOfficeSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['head', 'system-admin', 'security-admin'],
} as const;

export const formerRoutes = {
  'former.list': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ offices: z.array(FormerOfficeSchema) }),
  }),
  /** Main opens the dialog; null when the person chose nothing. Unreadable ones go along as they lie there. */
  'former.export': route({
    ...common,
    kind: 'command',
    audit: 'former-export',
    input: z.strictObject({ id: IdSchema }),
    output: z.strictObject({ folder: z.string(), isReadable: z.boolean() }).nullable(),
  }),
  /** For good, keys first. */
  'former.remove': route({
    ...common,
    kind: 'command',
    audit: 'former-delete',
    roles: ['head', 'security-admin'],
    input: z.strictObject({ id: IdSchema }),
    output: EmptySchema,
  }),
};
