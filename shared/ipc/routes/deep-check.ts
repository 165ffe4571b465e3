import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const Count = z.number().int().nonnegative();

/** What a round has found so far, or found. */
export const DeepFoundSchema = z.strictObject({
  /** Buckets that differ from the server's: their rows are fetched again. */
  buckets: Count,
  /** Rows whose sealed values are not what was received: likewise. */
  sealed: Count,
  /** Masks and search marks that were wrong and were made anew. */
  derived: Count,
  /** Entries of the names index, likewise. */
  names: Count,
  /** 1: names of issuers and training bodies are not what the server signed; they are fetched again. */
  issuers: Count,
  /** 1: where certificates went is not what the server signed; it is fetched again. */
  moves: Count,
  /** Parts of the file's structure, likewise. */
  structure: Count,
});
export type DeepFound = z.infer<typeof DeepFoundSchema>;

/** Every stored value decrypted and compared with everything that is derived of it; a round takes days or minutes. */
export const DeepStatusSchema = z.strictObject({
  /** The round that has begun and is not at its end. */
  round: z
    .strictObject({ startedMs: MsSchema, done: Count, total: Count, found: DeepFoundSchema })
    .nullable(),
  /** The last that came to its end. */
  last: z
    .strictObject({ startedMs: MsSchema, endedMs: MsSchema, rows: Count, found: DeepFoundSchema })
    .nullable(),
  isRunning: z.boolean(),
});
export type DeepStatus = z.infer<typeof DeepStatusSchema>;

const common = { window: 'main', transport: 'ipc', needs: 'unlocked' } as const;

export const deepCheckRoutes = {
  'deep-check.status': route({
    ...common,
    roles: 'any',
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: DeepStatusSchema,
  }),
  /** Goes on with the round, or begins one, until its end; progress and the end come as events. BUSY while it runs. */
  'deep-check.start': route({
    ...common,
    roles: ['inspector', 'head', 'approver'],
    kind: 'command',
    audit: 'deep-check',
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Rests; the round keeps its place. */
  'deep-check.cancel': route({
    ...common,
    roles: 'any',
    kind: 'command',
    audit: null,
    input: EmptySchema,
    output: EmptySchema,
  }),
};
