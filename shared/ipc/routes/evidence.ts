import { z } from 'zod';
import { EmptySchema } from '../common';
import { route } from '../define';

const writers = ['inspector', 'head', 'approver'] as const;
const common = { window: 'main', transport: 'ipc', roles: writers, needs: 'unlocked' } as const;

/** A file that a person chose, held by main until it goes with a command, is dropped, or the desk is locked. */
export const ChosenEvidenceSchema = z.strictObject({
  handle: z.string().max(40),
  mime: z.enum(['jpeg', 'png', 'pdf']),
  /** Pixels; null for a document. */
  width: z.number().int().positive().nullable(),
  height: z.number().int().positive().nullable(),
  /** The contents, to be shown before they are sent. */
  bytes: z.instanceof(Uint8Array),
});
export type ChosenEvidence = z.infer<typeof ChosenEvidenceSchema>;

export const evidenceRoutes = {
  /** Opens the dialog; null when cancelled. Fails with EVIDENCE_TYPE, EVIDENCE_TOO_LARGE. */
  'evidence.choose': route({
    ...common,
    kind: 'command',
    audit: 'evidence',
    input: EmptySchema,
    output: z.strictObject({ chosen: ChosenEvidenceSchema.nullable() }),
  }),
  'evidence.drop': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({ handle: z.string().max(40) }),
    output: EmptySchema,
  }),
  /**
   * What waits to be sent, what the centre refused as not being what the command names, and what is kept although no
   * command that the centre has names it.
   */
  'evidence.waiting': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      files: z.number().int().nonnegative(),
      bytes: z.number().int().nonnegative(),
      refused: z.number().int().nonnegative(),
      unnamed: z.number().int().nonnegative(),
    }),
  }),
};
