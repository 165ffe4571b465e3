import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { openGcm, sealGcm } from './aead';
import { hkdf } from './hkdf';
import { argon2 } from './kdf';
import { KEY_NAMES, type KeyName, type Keys } from './key-ring';
import type { Slot } from './keyslot-format';

/** What a slot's key is made of. Buffers stay the caller's, who zeroes them. */
export interface SlotSecrets {
  readonly password: Uint8Array;
  /** 32 bytes each, where the slot names the factor. */
  readonly machine?: Uint8Array;
  readonly token?: Uint8Array;
}

const CHECK_TEXT = new Uint8Array(32);

/**
 * Slot key = HKDF(Argon2id(password) ‖ token secret ‖ machine secret), each part with its length, the factors
 * in the info, so that no set of factors can stand for another. The caller zeroes the result.
 */
export async function deriveSlotKey(
  slot: Pick<Slot, 'kdf' | 'factors'>,
  secrets: SlotSecrets,
): Promise<Uint8Array> {
  const salt = Buffer.from(slot.kdf.salt, 'base64');
  const stretched = await argon2(secrets.password, salt, slot.kdf);
  const token = slot.factors.includes('token') ? secrets.token : undefined;
  const machine = slot.factors.includes('machine') ? secrets.machine : undefined;
  const parts = [stretched, token ?? new Uint8Array(0), machine ?? new Uint8Array(0)];
  const secret = Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length), part]));
  try {
    return hkdf(secret, `fieldcert slot key v1|${[...slot.factors].sort().join('+')}`, 32, salt);
  } finally {
    secret.fill(0);
    stretched.fill(0);
  }
}

export type SlotFacts = Pick<Slot, 'slotId' | 'userId' | 'badge' | 'factors' | 'kdf' | 'token'> & {
  readonly office: string;
  readonly deviceId: string;
};

/** Wraps keys; `check` is bound to the slot id alone, so that it tells a wrong key from an edited slot. */
export function wrapKeys(
  slotKey: Uint8Array,
  facts: SlotFacts,
  keys: Keys,
): Pick<Slot, 'check' | 'wrapped'> {
  const names = KEY_NAMES.filter((name) => keys[name] !== undefined);
  const bound = binding(facts, names);
  const wrapped: Partial<Record<KeyName, string>> = {};
  for (const name of names) {
    const key = keys[name];
    if (key !== undefined) wrapped[name] = base64(sealGcm(slotKey, key, `${bound}|${name}`));
  }
  return { check: base64(sealGcm(slotKey, CHECK_TEXT, checkAad(facts.slotId))), wrapped };
}

/** Whether the key is this slot's. */
export function fitsSlot(slotKey: Uint8Array, slot: Pick<Slot, 'slotId' | 'check'>): boolean {
  return openGcm(slotKey, Buffer.from(slot.check, 'base64'), checkAad(slot.slotId)) !== undefined;
}

/** Unwraps all keys, or undefined when the slot was edited. The caller zeroes them. */
export function unwrapKeys(
  slotKey: Uint8Array,
  facts: SlotFacts,
  wrapped: Slot['wrapped'],
): Keys | undefined {
  const names = KEY_NAMES.filter((name) => wrapped[name] !== undefined);
  const bound = binding(facts, names);
  const keys: Partial<Record<KeyName, Uint8Array>> = {};
  for (const name of names) {
    const key = openGcm(slotKey, Buffer.from(wrapped[name] ?? '', 'base64'), `${bound}|${name}`);
    if (key === undefined) return undefined;
    keys[name] = key;
  }
  return keys;
}

/** Hash of everything that decides what the slot is, the list of its keys included. */
function binding(facts: SlotFacts, names: readonly KeyName[]): string {
  const { office, deviceId, slotId, userId, badge, factors, kdf, token } = facts;
  const text = canonicalJson({
    office,
    deviceId,
    slotId,
    userId,
    badge,
    factors,
    kdf,
    token,
    names,
  });
  return `fieldcert keyslot v1|${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function checkAad(slotId: string): string {
  return `fieldcert keyslot v1|${slotId}|check`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
