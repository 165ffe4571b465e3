import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

export const RotationReasonSchema = z.enum(['routine', 'person-left', 'device-suspected', 'other']);
export type RotationReason = z.infer<typeof RotationReasonSchema>;

export const RotationStateSchema = z.strictObject({
  /** The last change of all keys; null: they are those of the enrolment. */
  last: z
    .strictObject({
      atMs: MsSchema,
      reason: RotationReasonSchema,
      by: z.string(),
      rows: z.number().int().nonnegative(),
      bytes: z.number().int().nonnegative(),
      tookMs: MsSchema,
    })
    .nullable(),
  /** The security administrator asks for one. */
  request: z
    .strictObject({ atMs: MsSchema, reason: RotationReasonSchema, by: z.string() })
    .nullable(),
  run: z
    .strictObject({
      reason: RotationReasonSchema,
      by: z.string(),
      startedMs: MsSchema,
      /** `waiting`: this session's role holds none of the keys; it goes on when one does that has. */
      state: z.enum(['running', 'paused', 'waiting']),
      /** Sealed values, then the file of certificates, then the journal. */
      phase: z.enum(['field', 'slice', 'journal']),
      /** Rows in the first phase, bytes in the others; total 0 when not known yet. */
      done: z.number().int().nonnegative(),
      total: z.number().int().nonnegative(),
      perSecond: z.number().nonnegative(),
      remainingMs: MsSchema.nullable(),
      /** What stopped it, an ErrorCode; it goes on from where it was. */
      failure: z
        .strictObject({
          code: z.string(),
          params: z.record(z.string(), z.union([z.string(), z.number()])),
        })
        .nullable(),
    })
    .nullable(),
  /** Rows whose values would be sealed anew, and how long it will take about. */
  estimate: z.strictObject({ rows: z.number().int().nonnegative(), tookMs: MsSchema }),
  mayStart: z.boolean(),
  mayRequest: z.boolean(),
});
export type RotationState = z.infer<typeof RotationStateSchema>;

const readers = ['head', 'inspector', 'approver'] as const;
const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;
export const rotationRoutes = {
  'rotation.state': route({
    ...common,
    kind: 'query',
    roles: [...readers, 'security-admin'],
    audit: null,
    input: EmptySchema,
    output: RotationStateSchema,
  }),
  /** Begins to change all keys. Inspectors and approvers may where it was asked for. */
  'rotation.start': route({
    ...common,
    kind: 'command',
    roles: readers,
    audit: 'rotation-started',
    input: z.strictObject({ reason: RotationReasonSchema }),
    output: RotationStateSchema,
  }),
  /** Stops where it is; nothing is lost, and search goes on finding everything. */
  'rotation.pause': route({
    ...common,
    kind: 'command',
    roles: readers,
    audit: null,
    input: EmptySchema,
    output: RotationStateSchema,
  }),
  'rotation.resume': route({
    ...common,
    kind: 'command',
    roles: readers,
    audit: null,
    input: EmptySchema,
    output: RotationStateSchema,
  }),
  /** Asks the next session that holds the keys to change them. */
  'rotation.request': route({
    ...common,
    kind: 'command',
    roles: ['security-admin'],
    audit: 'rotation-requested',
    input: z.strictObject({ reason: RotationReasonSchema }),
    output: RotationStateSchema,
  }),
};
