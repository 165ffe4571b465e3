import { randomBytes } from 'node:crypto';
import { RECOVERY_PART_BYTES } from '../../shared/protocol/recovery-code';
import { NO_ATTEMPTS } from './attempt-policy';
import { hkdf } from './hkdf';
import type { KeyRing, Keys } from './key-ring';
import type { KeyslotFile, RecoverySlot } from './keyslot-format';
import { keysFor, makeBody, openBody } from './slot-body';
import { fitsSlot } from './slot-key';
import type { SlotIdentity } from './vouch';

/** The two parts of the recovery key, 20 random bytes each. Neither alone opens anything; the holder zeroes them. */
export interface RecoveryParts {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

type OfFile = Pick<KeyslotFile, 'office' | 'deviceId'>;

/**
 * A slot that wraps every key of the ring under HKDF(part A ‖ part B); no machine and no password, so that it opens on
 * another machine too. 320 random bits need no stretching. Throws RangeError when the ring lacks a key, `audit` excepted.
 */
export function makeRecovery(
  file: OfFile,
  ring: KeyRing,
  nowMs: number,
): { readonly slot: RecoverySlot; readonly parts: RecoveryParts } {
  const keys = keysFor(ring, 'recovery');
  const head = {
    slotId: randomBytes(16).toString('hex'),
    salt: randomBytes(16).toString('base64'),
    madeMs: Math.max(0, Math.floor(nowMs)),
  };
  const parts = {
    a: new Uint8Array(randomBytes(RECOVERY_PART_BYTES)),
    b: new Uint8Array(randomBytes(RECOVERY_PART_BYTES)),
  };
  const slotKey = recoveryKey(head.salt, parts);
  const body = makeBody(slotKey, recoveryIdentity(file, head), 'recovery', keys);
  slotKey.fill(0);
  const keySet = 'recovery' as const;
  const slot = { ...head, ...body, keySet, isHandedOut: false, attempts: NO_ATTEMPTS };
  return { slot, parts };
}

/**
 * Tries parts: undefined when they do not fit. Otherwise the keys, which the caller zeroes, and the slot as it should
 * be written. Throws KEYSLOTS_DAMAGED when the slot was edited.
 */
export async function openRecoverySlot(
  file: OfFile,
  slot: RecoverySlot,
  parts: RecoveryParts,
): Promise<{ readonly keys: Keys; readonly slot: RecoverySlot } | undefined> {
  const slotKey = recoveryKey(slot.salt, parts);
  try {
    if (!fitsSlot(slotKey, { version: 2, slotId: slot.slotId }, slot.check)) return undefined;
    const { keys, body } = await openBody(slotKey, recoveryIdentity(file, slot), slot);
    const { keySet } = slot;
    return { keys, slot: { ...slot, ...body, keySet, attempts: NO_ATTEMPTS } };
  } finally {
    slotKey.fill(0);
  }
}

export function recoveryIdentity(
  { office, deviceId }: OfFile,
  { slotId, salt, madeMs }: Pick<RecoverySlot, 'slotId' | 'salt' | 'madeMs'>,
): SlotIdentity {
  return { office, deviceId, slotId, salt, madeMs };
}

function recoveryKey(salt: string, { a, b }: RecoveryParts): Uint8Array {
  const secret = Buffer.concat([Buffer.of(a.length), a, Buffer.of(b.length), b]);
  try {
    return hkdf(secret, 'fieldcert recovery key v1', 32, Buffer.from(salt, 'base64'));
  } finally {
    secret.fill(0);
  }
}
