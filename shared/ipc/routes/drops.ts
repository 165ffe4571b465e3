import { z } from 'zod';
import { bytesSchema, EmptySchema } from '../common';
import { route } from '../define';
import { DROP_PIECE_BYTES, MAX_DROP_BYTES } from '../drop-limits';

export const dropRoutes = {
  /**
   * A piece of a file that was dropped on the page, in order; the piece at 0 begins a file and ends the one before. The route
   * that opens the file takes it by this name. TABLE_TOO_LARGE beyond 128 MB.
   */
  'drops.piece': route({
    window: 'main',
    transport: 'ipc',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    kind: 'command',
    audit: null,
    input: z.strictObject({
      file: z.uuid(),
      offset: z.number().int().nonnegative().max(MAX_DROP_BYTES),
      bytes: bytesSchema(1, DROP_PIECE_BYTES),
    }),
    output: EmptySchema,
  }),
};
