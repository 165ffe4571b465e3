import { z } from 'zod';

/** Most epochs of a region's keys that are in force at once. */
export const MAX_KEY_EPOCHS = 8;

const Epoch = z.number().int().positive();

/**
 * The keys of a region that are in force, for one device: told with its statements from the first change of keys on, over
 * the line or by a stick. Each pair comes in a sealed box (base64; sealed-box.ts, context `regionKeysContext`) that only
 * the device's box key opens: JSON RegionKeys (enrol.ts) of that epoch. The last is what the centre seals under now. What
 * a device holds and this does not list is out of force, and the device forgets it.
 */
export const RegionKeysStatementSchema = z
  .strictObject({
    type: z.literal('region-keys'),
    office: z.string().min(1).max(20),
    device: z.string().min(1).max(40),
    region: z.string().regex(/^\d{2,6}$/),
    keyEpoch: Epoch,
    pairs: z
      .array(z.strictObject({ keyEpoch: Epoch, box: z.base64().min(1).max(4_000) }))
      .min(1)
      .max(MAX_KEY_EPOCHS),
    issuedMs: z.number().int().positive(),
  })
  .refine(
    ({ keyEpoch, pairs }) =>
      pairs.at(-1)?.keyEpoch === keyEpoch &&
      pairs.every((pair, i) => pair.keyEpoch > (pairs[i - 1]?.keyEpoch ?? 0)),
    'epochs ascend to the present one',
  );
export type RegionKeysStatement = z.infer<typeof RegionKeysStatementSchema>;
