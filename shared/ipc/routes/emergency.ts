import { z } from 'zod';
import { EmptySchema, MsSchema } from '../common';
import { route } from '../define';

export const EmergencyStatusSchema = z.strictObject({
  /** What this device would show in an emergency; null where it holds nothing, or the role cannot tell. */
  cache: z
    .strictObject({
      /** All data end here; null when nothing signed can be proven yet. */
      asOfMs: MsSchema.nullable(),
      /** Changes that the slice has are not here yet. */
      isBehind: z.boolean(),
      bytes: z.number().int().nonnegative(),
      pages: z.number().int().nonnegative(),
    })
    .nullable(),
  /** What the last import of an emergency's log found; null before the first. */
  lastImport: z
    .strictObject({
      atMs: MsSchema,
      acts: z.number().int().nonnegative(),
      /** A write was cut off; nothing of it was ever shown. */
      isTorn: z.boolean(),
      /** From this entry on the log does not hold; the original was kept. */
      faultAt: z.number().int().nullable(),
    })
    .nullable(),
});
export type EmergencyStatus = z.infer<typeof EmergencyStatusSchema>;

export const emergencyRoutes = {
  'emergency.status': route({
    kind: 'query',
    needs: 'unlocked',
    roles: 'any',
    window: 'main',
    transport: 'ipc',
    audit: null,
    input: EmptySchema,
    output: EmergencyStatusSchema,
  }),
};
