import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { openGcm, sealGcm } from './aead';
import { hkdf } from './hkdf';
import { argon2 } from './kdf';
import { KEY_NAMES, type KeyName, type Keys } from './key-ring';
import type { Slot, SlotBody } from './keyslot-format';

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

/** What wrapped bytes are bound to: version of the slot, its id, and everything that decides what it is. */
export interface Bound {
  readonly version: 1 | 2;
  readonly slotId: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Wraps keys, each bound to its name and to the list of all. */
export function wrapKeys(slotKey: Uint8Array, bound: Bound, keys: Keys): SlotBody['wrapped'] {
  const names = KEY_NAMES.filter((name) => keys[name] !== undefined);
  const text = binding(bound, names);
  const wrapped: SlotBody['wrapped'] = {};
  for (const name of names) {
    const key = keys[name];
    if (key !== undefined) wrapped[name] = sealText(slotKey, key, `${text}|${name}`);
  }
  return wrapped;
}

/** Unwraps all keys, or undefined when the slot was edited. The caller zeroes them. */
export function unwrapKeys(
  slotKey: Uint8Array,
  bound: Bound,
  wrapped: SlotBody['wrapped'],
): Keys | undefined {
  const names = KEY_NAMES.filter((name) => wrapped[name] !== undefined);
  const text = binding(bound, names);
  const keys: Partial<Record<KeyName, Uint8Array>> = {};
  for (const name of names) {
    const key = openText(slotKey, wrapped[name] ?? '', `${text}|${name}`);
    if (key === undefined) return undefined;
    keys[name] = key;
  }
  return keys;
}

/** The private key of a slot's box, wrapped like a key. */
export function wrapBox(slotKey: Uint8Array, bound: Bound, privateDer: Uint8Array): string {
  return sealText(slotKey, privateDer, `${binding(bound, [])}|box`);
}

/** Undefined when the slot was edited. The caller zeroes it. */
export function unwrapBox(
  slotKey: Uint8Array,
  bound: Bound,
  sealed: string,
): Uint8Array | undefined {
  return openText(slotKey, sealed, `${binding(bound, [])}|box`);
}

/** Bound to the slot id alone, so that it tells a wrong key from an edited slot. */
export function makeCheck(slotKey: Uint8Array, { version, slotId }: Bound): string {
  return sealText(slotKey, CHECK_TEXT, `fieldcert keyslot v${version}|${slotId}|check`);
}

/** Whether the key is this slot's. */
export function fitsSlot(
  slotKey: Uint8Array,
  { version, slotId }: Pick<Bound, 'version' | 'slotId'>,
  check: string,
): boolean {
  return openText(slotKey, check, `fieldcert keyslot v${version}|${slotId}|check`) !== undefined;
}

function binding({ version, facts }: Bound, names: readonly KeyName[]): string {
  const text = canonicalJson({ ...facts, names });
  return `fieldcert keyslot v${version}|${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function sealText(key: Uint8Array, plain: Uint8Array, aad: string): string {
  return Buffer.from(sealGcm(key, plain, aad)).toString('base64');
}

function openText(key: Uint8Array, sealed: string, aad: string): Uint8Array | undefined {
  return openGcm(key, Buffer.from(sealed, 'base64'), aad);
}
