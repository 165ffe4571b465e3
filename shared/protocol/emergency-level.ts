import { z } from 'zod';
import { EMERGENCY_LEVELS, type LevelState } from '../domain/emergency/levels';

export const LevelSchema = z.literal(EMERGENCY_LEVELS);
const Reason = z.string().max(300);
const Badge = z.string().min(1).max(32);
const Ms = z.number().int().nonnegative();
export const BackupEndpointsSchema = z.array(z.url({ protocol: /^https$/ }).max(200)).max(10);

/** What a device keeps of emergency levels. */
export const LevelStateSchema: z.ZodType<LevelState> = z.strictObject({
  ordered: z
    .strictObject({
      level: LevelSchema,
      seq: z.number().int().positive(),
      reason: Reason,
      sinceMs: Ms,
      endpoints: BackupEndpointsSchema,
    })
    .nullable(),
  local: z.strictObject({ level: LevelSchema, by: Badge, reason: Reason, sinceMs: Ms }).nullable(),
  drill: z
    .strictObject({ level: LevelSchema, by: Badge.nullable(), reason: Reason, atMs: Ms })
    .nullable(),
});
