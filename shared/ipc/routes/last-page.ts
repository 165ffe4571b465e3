import { z } from 'zod';
import { EmptySchema } from '../common';
import { route } from '../define';

/** Pages that an unlock can open again, empty. A record is not among them. */
export const PageNameSchema = z.enum([
  'search',
  'batch',
  'fieldchecks',
  'crossregion',
  'boards',
  'saved',
  'exports',
  'sync',
  'security',
]);
export type PageName = z.infer<typeof PageNameSchema>;

export const lastPageRoutes = {
  /** The page that the person has open now, by name alone: an unlock by the same person opens it again. */
  'app.note-page': route({
    window: 'main',
    transport: 'ipc',
    kind: 'command',
    needs: 'unlocked',
    roles: 'any',
    audit: null,
    input: z.strictObject({ page: PageNameSchema }),
    output: EmptySchema,
  }),
};
