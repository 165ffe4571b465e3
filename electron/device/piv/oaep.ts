import { createHash } from 'node:crypto';

const HASH_BYTES = 20;

/**
 * The message in a decrypted block of RSAES-OAEP with SHA-1 and no label (RFC 8017 section 7.1.2), which a PIV card
 * gives back whole. Undefined for any other block; all of it is looked at in every case.
 */
export function readOaep(block: Uint8Array): Uint8Array | undefined {
  if (block.length < 2 * HASH_BYTES + 2) return undefined;
  const seed = Uint8Array.from(block.subarray(1, 1 + HASH_BYTES));
  const data = Uint8Array.from(block.subarray(1 + HASH_BYTES));
  mask(seed, data);
  mask(data, seed);
  let problem = block[0] ?? 1;
  createHash('sha1')
    .digest()
    .forEach((byte, index) => {
      problem |= byte ^ (data[index] ?? 1);
    });
  let start = 0;
  for (let index = HASH_BYTES; index < data.length; index += 1) {
    const byte = data[index] ?? 0;
    if (start === 0 && byte === 1) start = index + 1;
    else if (start === 0) problem |= byte;
  }
  const message = problem === 0 && start > 0 ? data.slice(start) : undefined;
  seed.fill(0);
  data.fill(0);
  return message;
}

/** MGF1 with SHA-1 (RFC 8017 appendix B.2.1), laid over `target`. */
function mask(target: Uint8Array, seed: Uint8Array): void {
  for (let counter = 0; counter * HASH_BYTES < target.length; counter += 1) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    const piece = createHash('sha1').update(seed).update(number).digest();
    for (let index = 0; index < piece.length; index += 1) {
      const at = counter * HASH_BYTES + index;
      if (at < target.length) target[at] = (target[at] ?? 0) ^ (piece[index] ?? 0);
    }
  }
}
