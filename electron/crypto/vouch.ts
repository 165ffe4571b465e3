import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../shared/errors/app-error';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { hkdf } from './hkdf';
import { KEYS_OF, type KeySet, type Keys } from './key-ring';
import type { SlotBody } from './keyslot-format';

/**
 * Who edits keyslots.json must not be able to have keys delivered to a box of his own. So each slot carries a
 * vouch: a MAC over everything it consists of, under a key made of all keys that a slot of its kind holds.
 * Only who holds them all can vouch, so nobody hands out what he does not hold: an administrator who knows
 * the journal key can forge a slot of administrators only, and to such a slot no reading key is ever delivered.
 *
 * `audit` takes no part: it never changes, and who changes the others does not hold it.
 */

/** Facts of a slot outside its body: office, device, owner, factors. */
export type SlotIdentity = Readonly<Record<string, unknown>> & { readonly slotId: string };

type Unvouched = Omit<SlotBody, 'vouch'>;

/** The vouch, base64. Throws FORBIDDEN when the keys are not all there. */
export function vouchFor(identity: SlotIdentity, body: Unvouched, keys: Keys): string {
  const key = vouchKey(body.keySet, keys, 'slot');
  try {
    return createHmac('sha256', key).update(factsText(identity, body), 'utf8').digest('base64');
  } finally {
    key.fill(0);
  }
}

/** Whether somebody who held the keys made the slot as it is. Throws FORBIDDEN when the keys are not all there. */
export function isVouched(identity: SlotIdentity, body: SlotBody, keys: Keys): boolean {
  const { vouch, ...rest } = body;
  return isSame(vouch, vouchFor(identity, rest, keys));
}

/** MAC of a delivery under the keys that the slot holds before it, over the slot as it stands, base64. */
export function deliveryMac(
  identity: SlotIdentity,
  body: Unvouched,
  keys: Keys,
  box: Uint8Array,
): string {
  const key = vouchKey(body.keySet, keys, 'delivery');
  try {
    const mac = createHmac('sha256', key).update(factsText(identity, body), 'utf8');
    return mac.update('|').update(box).digest('base64');
  } finally {
    key.fill(0);
  }
}

export function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'base64'), Buffer.from(right, 'base64')];
  return a.length === b.length && timingSafeEqual(a, b);
}

function factsText(identity: SlotIdentity, body: Unvouched): string {
  const { slotId, keySet, box, check, wrapped, deliveries } = body;
  return canonicalJson({ identity, slotId, keySet, box, check, wrapped, deliveries });
}

function vouchKey(set: KeySet, keys: Keys, use: 'slot' | 'delivery'): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const name of KEYS_OF[set]) {
    if (name === 'audit') continue;
    const key = keys[name];
    if (key === undefined) throw new AppError('FORBIDDEN', {}, `no ${name} key to vouch with`);
    parts.push(Buffer.of(key.length >> 8, key.length & 255), key);
  }
  const secret = Buffer.concat(parts);
  try {
    return hkdf(secret, `fieldcert keyslot vouch v1|${set}|${use}`, 32);
  } finally {
    secret.fill(0);
  }
}
