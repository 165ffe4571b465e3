import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { ControlReceiptSchema } from '../../../../shared/protocol/control';
import { syncFolder, writeAtomically } from '../../../platform/atomic-write';

const Ms = z.number().int().positive();

/**
 * wiped.json, beside the office's folder: written before the first key goes, so that a wipe once begun is
 * always ended, and kept afterwards to say what happened. Holds no secret and no person's name.
 */
export const WipeRecordSchema = z.strictObject({
  format: z.literal('fieldcert-wiped'),
  version: z.literal(1),
  isDone: z.boolean(),
  kind: z.enum(['office', 'practice']),
  deviceId: z.string().min(1).max(40),
  office: z.strictObject({ code: z.string().max(20), name: z.string().max(80) }),
  by: z.strictObject({
    directive: z
      .strictObject({ id: z.string().length(26), reason: z.string().max(300) })
      .nullable(),
    /** Badges. */
    persons: z.array(z.string().min(1).max(32)).max(2),
  }),
  startedMs: Ms,
  doneMs: Ms.nullable(),
  /** What the control key signed once the keys were gone; null where a crash took the key before. */
  receipt: ControlReceiptSchema.nullable(),
  /** The server has the receipt. */
  isDelivered: z.boolean(),
});
export type WipeRecord = z.infer<typeof WipeRecordSchema>;

/** Name of its file. */
export const WIPE_RECORD = 'wiped.json';

/** Null where nothing was wiped. Throws KEYSLOTS_DAMAGED for a record that does not parse. */
export async function readWipeRecord(root: string): Promise<WipeRecord | null> {
  let text: string;
  try {
    text = await readFile(join(root, WIPE_RECORD), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'wiped.json unreadable');
  }
  try {
    return WipeRecordSchema.parse(JSON.parse(text));
  } catch {
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'wiped.json malformed');
  }
}

export async function writeWipeRecord(root: string, record: WipeRecord): Promise<void> {
  await writeAtomically(
    join(root, WIPE_RECORD),
    `${JSON.stringify(WipeRecordSchema.parse(record))}\n`,
  );
}

/** A new office takes the place: the record and the old outbox stay, under the old device's name. */
export async function setAside(root: string, record: WipeRecord, outbox: string): Promise<void> {
  const { deviceId } = record;
  await moveIfThere(outbox, join(root, `outbox-${deviceId}.sealed`));
  await moveIfThere(join(root, WIPE_RECORD), join(root, `wiped-${deviceId}.json`));
  await syncFolder(root);
}

async function moveIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
  });
}
