import { webcrypto } from 'node:crypto';
import { z } from 'zod';
import { type BoxSubtle, openBox, sealBox } from '../../shared/protocol/sealed-box';
import { emptyKey, keyBytes } from './key-bytes';
import { KEY_NAMES, type KeyChanges, type KeyName, type Keys, mayHold } from './key-ring';
import type { SlotBody } from './keyslot-format';
import { deliveryMac, isSame, type SlotIdentity } from './vouch';

/**
 * Changed keys for a slot whose person is away: base64 of `MAC(32) ‖ sealed box`. Anybody can seal to a
 * box, so the MAC says that the sender held the keys that the slot holds, and that it was made for the slot as it
 * stood, which no replay fits.
 */
const MAC_BYTES = 32;
const subtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;

const ChangesSchema = z.partialRecord(
  z.enum(KEY_NAMES),
  z
    .string()
    .regex(/^[A-Za-z0-9+/]{4,1200}={0,2}$/)
    .nullable(),
);

/** The delivery that takes a slot from `keys` to the changed ones. Throws FORBIDDEN where keys of its kind are missing. */
export async function makeDelivery(
  identity: SlotIdentity,
  body: SlotBody,
  keys: Keys,
  changes: KeyChanges,
): Promise<string> {
  const texts: Partial<Record<KeyName, string | null>> = {};
  for (const name of KEY_NAMES) {
    const key = changes[name];
    if (key !== undefined) texts[name] = key === null ? null : base64Of(key);
  }
  const text = JSON.stringify(texts);
  // Of its own, not of the pool that many share and that nobody clears.
  const plain = emptyKey(text.length);
  Buffer.from(plain.buffer).write(text, 'latin1');
  const spki = new Uint8Array(Buffer.from(body.box.public, 'base64'));
  const box = await sealBox(subtle, spki, plain, contextOf(identity));
  plain.fill(0);
  const mac = Buffer.from(deliveryMac(identity, body, keys, box), 'base64');
  return Buffer.concat([mac, box]).toString('base64');
}

/**
 * The keys after all deliveries, in order; undefined when one was edited, moved or made by somebody without the
 * keys. `keys` is consumed: replaced bytes are filled with 0.
 */
export async function foldDeliveries(
  identity: SlotIdentity,
  body: SlotBody,
  privateDer: Uint8Array,
  keys: Keys,
): Promise<Keys | undefined> {
  const held: Partial<Record<KeyName, Uint8Array>> = { ...keys };
  for (const [index, delivery] of body.deliveries.entries()) {
    const bytes = Buffer.from(delivery, 'base64');
    const before = { ...body, deliveries: body.deliveries.slice(0, index) };
    const box = new Uint8Array(bytes.subarray(MAC_BYTES));
    const mac = deliveryMac(identity, before, held, box);
    if (!isSame(mac, bytes.subarray(0, MAC_BYTES).toString('base64'))) return undefined;
    const opened = await openBox(subtle, new Uint8Array(privateDer), box, contextOf(identity));
    if (!opened.ok) return undefined;
    const changes = changesOf(opened.value);
    opened.value.fill(0);
    for (const [name, text] of Object.entries(changes ?? {}) as [KeyName, string | null][]) {
      if (!isDeliverable(body, name)) return undefined;
      held[name]?.fill(0);
      if (text === null) delete held[name];
      else held[name] = bytesOf(text);
    }
    if (changes === undefined) return undefined;
  }
  return held;
}

/** A view of the same bytes: a buffer made of a key would be a copy in the pool. */
function base64Of(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('base64');
}

function bytesOf(text: string): Uint8Array {
  const pooled = Buffer.from(text, 'base64');
  const key = keyBytes(pooled);
  pooled.fill(0);
  return key;
}

/** Whether the key may reach the slot by delivery; the first key of the audit ratchet never does. */
export function isDeliverable({ keySet }: Pick<SlotBody, 'keySet'>, name: KeyName): boolean {
  return name !== 'audit' && mayHold(keySet, name);
}

function changesOf(plain: Uint8Array): z.infer<typeof ChangesSchema> | undefined {
  try {
    return ChangesSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
  } catch {
    return undefined;
  }
}

function contextOf({ slotId }: SlotIdentity): string {
  return `keyslot-delivery|${slotId}`;
}
