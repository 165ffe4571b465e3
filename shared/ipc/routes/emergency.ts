import { z } from 'zod';
import { LevelSchema } from '../../protocol/emergency-level';
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
  level: z.strictObject({
    level: LevelSchema,
    reason: z.string(),
    sinceMs: MsSchema.nullable(),
    isOrdered: z.boolean(),
    /** Badge of the head who set it here; null: the centre, or none holds. */
    by: z.string().nullable(),
    /** Addresses that are asked instead of the known ones. */
    endpoints: z.array(z.string()),
    drill: z
      .strictObject({
        level: LevelSchema,
        by: z.string().nullable(),
        reason: z.string(),
        atMs: MsSchema,
      })
      .nullable(),
  }),
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
  /**
   * The head sets level 1 or 2 without the centre, lifts what was set here (0), or practises. EMERGENCY_LEVEL_REFUSED for what the centre
   * ordered, and for 0 where none was set here.
   */
  'emergency.set-level': route({
    kind: 'command',
    needs: 'unlocked',
    roles: ['head'],
    window: 'main',
    transport: 'ipc',
    audit: 'emergency-level',
    input: z.strictObject({
      level: z.literal([0, 1, 2]),
      reason: z.string().trim().min(4).max(300),
      isDrill: z.boolean(),
    }),
    output: EmptySchema,
  }),
};
