import { createCipheriv } from 'node:crypto';

const BLOCK = 8;
const INITIAL = Buffer.alloc(BLOCK, 0xa6);
const ROUNDS = 6;

/**
 * AES-256 key wrap (RFC 3394 §2.2.1) of a key of whole 8-byte blocks. By single AES blocks, because BoringSSL has no
 * cipher of that name.
 */
export function wrapAesKey(kek: Uint8Array, key: Uint8Array): Uint8Array {
  if (kek.length !== 32 || key.length < 16 || key.length % BLOCK !== 0)
    throw new RangeError('key wrap: lengths');
  const blocks = key.length / BLOCK;
  const registers = Buffer.from(key);
  let head = Buffer.from(INITIAL);
  const cipher = createCipheriv('aes-256-ecb', kek, null).setAutoPadding(false);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < blocks; i++) {
      const at = i * BLOCK;
      const sealed = cipher.update(Buffer.concat([head, registers.subarray(at, at + BLOCK)]));
      head = sealed.subarray(0, BLOCK);
      const step = round * blocks + i + 1;
      head.writeUInt32BE((head.readUInt32BE(4) ^ step) >>> 0, 4);
      sealed.copy(registers, at, BLOCK, 2 * BLOCK);
    }
  }
  return Buffer.concat([head, registers]);
}
