import { webcrypto } from 'node:crypto';
import { type BoxSubtle, openBox, sealBox } from '../../../../shared/protocol/sealed-box';
import { publicOf } from './device-keys';
import type { OpenSession } from './session';

const subtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;

/** What is sealed to this device; null for anything that is not. Throws LOCKED where the session holds no such key. */
export async function openDeviceBox(
  { keys }: Pick<OpenSession, 'keys'>,
  box: Uint8Array,
  context: string,
): Promise<Uint8Array | null> {
  const key = keys.copy('deviceBox');
  try {
    const opened = await openBox(subtle, key, box, context);
    return opened.ok ? opened.value : null;
  } finally {
    key.fill(0);
  }
}

/** Seals bytes to this device itself. */
export async function sealToDevice(
  { keys }: Pick<OpenSession, 'keys'>,
  bytes: Uint8Array,
  context: string,
): Promise<Uint8Array> {
  const key = keys.copy('deviceBox');
  try {
    return await sealBox(subtle, new Uint8Array(publicOf(key)), bytes, context);
  } finally {
    key.fill(0);
  }
}
