import { z } from 'zod';
import { EmptySchema } from '../common';
import { route } from '../define';

/** Somebody else's work in the product. `licence`: SPDX expression; `text`: its own words, empty where none came along. */
export const PartSchema = z.strictObject({
  name: z.string().max(214),
  version: z.string().max(64),
  licence: z.string().max(200),
  text: z.string().max(200_000),
});
export type Part = z.infer<typeof PartSchema>;

export const aboutRoutes = {
  'about.parts': route({
    window: 'main',
    transport: 'ipc',
    audit: null,
    roles: 'any',
    kind: 'query',
    needs: 'none',
    input: EmptySchema,
    output: z.strictObject({ parts: z.array(PartSchema).max(2_000) }),
  }),
  /** What helps those who help from afar, without anything about a person; also while it is locked. */
  'about.diagnostics': route({
    window: 'main',
    transport: 'ipc',
    audit: null,
    roles: 'any',
    kind: 'query',
    needs: 'none',
    input: EmptySchema,
    output: z.strictObject({ text: z.string().max(2_000_000) }),
  }),
  /** Writes what `about.diagnostics` said last into a folder that is chosen. Null: none was. */
  'about.save-diagnostics': route({
    window: 'main',
    transport: 'ipc',
    audit: null,
    roles: 'any',
    kind: 'command',
    needs: 'none',
    input: EmptySchema,
    output: z.strictObject({ name: z.string().max(100).nullable() }),
  }),
};
