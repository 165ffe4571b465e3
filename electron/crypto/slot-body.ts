import { generateKeyPairSync } from 'node:crypto';
import { AppError } from '../../shared/errors/app-error';
import {
  KEY_NAMES,
  KEYS_OF,
  type KeyName,
  type KeyRing,
  type KeySet,
  type Keys,
  mayHold,
} from './key-ring';
import type { SlotBody } from './keyslot-format';
import { foldDeliveries } from './slot-delivery';
import { type Bound, makeCheck, unwrapBox, unwrapKeys, wrapBox, wrapKeys } from './slot-key';
import { isVouched, type SlotIdentity, vouchFor } from './vouch';

/** A body with a new box that wraps the keys under the slot key. Throws FORBIDDEN where keys of its kind are missing. */
export function makeBody(
  slotKey: Uint8Array,
  identity: SlotIdentity,
  keySet: KeySet,
  keys: Keys,
): SlotBody {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const privateDer = privateKey.export({ type: 'pkcs8', format: 'der' });
  const bound = boundOf(identity, keySet, spki);
  const box = { public: spki, sealed: wrapBox(slotKey, bound, privateDer) };
  privateDer.fill(0);
  const body = {
    slotId: identity.slotId,
    keySet,
    box,
    check: makeCheck(slotKey, bound),
    wrapped: wrapKeys(slotKey, bound, keys),
    deliveries: [],
  };
  return { ...body, vouch: vouchFor(identity, body, keys) };
}

/**
 * The keys of a body, with the body as it is once its deliveries are among the wrapped keys.
 * Throws KEYSLOTS_DAMAGED when anything about the slot was edited. The caller zeroes the keys.
 */
export async function openBody(
  slotKey: Uint8Array,
  identity: SlotIdentity,
  body: SlotBody,
): Promise<{ readonly keys: Keys; readonly body: SlotBody }> {
  const bound = boundOf(identity, body.keySet, body.box.public);
  const wrapped = unwrapKeys(slotKey, bound, body.wrapped);
  const privateDer = unwrapBox(slotKey, bound, body.box.sealed);
  if (wrapped === undefined || privateDer === undefined) throw edited();
  const keys = await foldDeliveries(identity, body, privateDer, wrapped);
  privateDer.fill(0);
  if (keys === undefined || !isVouched(identity, body, keys)) throw edited();
  if (body.deliveries.length === 0) return { keys, body };
  const folded = { ...body, wrapped: wrapKeys(slotKey, bound, keys), deliveries: [] };
  return { keys, body: { ...folded, vouch: vouchFor(identity, folded, keys) } };
}

/**
 * The keys of a kind of slot, not copied: those that a rotation has made too. `audit` may be missing from a
 * recovery slot, for who makes one later does not hold it. Throws RangeError when another one is.
 */
export function keysFor(ring: KeyRing, set: KeySet): Keys {
  const keys: Partial<Record<KeyName, Uint8Array>> = {};
  for (const name of KEY_NAMES) {
    const key = mayHold(set, name) ? ring.peek(name) : undefined;
    if (key !== undefined) keys[name] = key;
    else if (KEYS_OF[set].includes(name) && !(set === 'recovery' && name === 'audit'))
      throw new RangeError(`keyslots: the ${name} key of the role is missing`);
  }
  return keys;
}

function boundOf(identity: SlotIdentity, keySet: KeySet, box: string): Bound {
  return { version: 2, slotId: identity.slotId, facts: { ...identity, keySet, box } };
}

function edited(): AppError {
  return new AppError('KEYSLOTS_DAMAGED', {}, 'slot edited');
}
