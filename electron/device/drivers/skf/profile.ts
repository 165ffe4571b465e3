import { z } from 'zod';

/** How one vendor's SKF library is driven on this machine. */
export const skfProfileSchema = z.strictObject({
  /** The vendor's name, for diagnostics. */
  name: z.string().min(1).max(64),
  libraryPath: z.string().min(1).max(4_096),
  /** Bytes of the PIN; shorter and longer ones are refused without costing a try. */
  pinLength: z.strictObject({
    min: z.int().min(1).max(64),
    max: z.int().min(1).max(64),
  }),
  /** Looks only into this application, where the vendor keeps others for itself. */
  application: z.string().min(1).max(64).optional(),
});

export type SkfProfile = z.infer<typeof skfProfileSchema>;
