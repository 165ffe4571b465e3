import { mod } from '@noble/curves/abstract/modular.js';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { sm3 } from '../digests';
import { decodeAll, decodeOne, TAG } from './der';

const P = BigInt('0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff');
const A = BigInt('0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc');
const B = BigInt('0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93');
const N = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
const GX = BigInt('0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7');
const GY = BigInt('0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0');

/** The recommended curve of GB/T 32918.5. */
const Sm2Point = weierstrass({ p: P, n: N, h: 1n, a: A, b: B, Gx: GX, Gy: GY });
const DEFAULT_ID = Buffer.from('1234567812345678', 'latin1');

/**
 * What an SM2 key signs for a message (GB/T 32918.2 §5.5, default ID): e = SM3(Z ‖ M), 32 bytes.
 * `publicKey` is the uncompressed point, 65 bytes.
 */
export async function sm2Digest(publicKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  if (publicKey.length !== 65) throw new RangeError('SM2 public key');
  const idBits = Buffer.from([0, DEFAULT_ID.length * 8]);
  const curve = Buffer.from(
    [A, B, GX, GY].map((value) => value.toString(16).padStart(64, '0')).join(''),
    'hex',
  );
  const z = await sm3(Buffer.concat([idBits, DEFAULT_ID, curve, publicKey.subarray(1)]));
  return sm3(Buffer.concat([z, message]));
}

/** Verifies a DER `SEQUENCE{r,s}` over e (GB/T 32918.2 §7.1); false for anything out of range or malformed. */
export function sm2Verify(publicKey: Uint8Array, e: Uint8Array, signature: Uint8Array): boolean {
  try {
    const parts = decodeAll(decodeOne(signature, TAG.sequence).content);
    const [r, s] = parts.map((part) => positiveInteger(part.tag, part.content));
    if (parts.length !== 2 || r === undefined || s === undefined || r >= N || s >= N) return false;
    const t = mod(r + s, N);
    if (t === 0n) return false;
    const q = Sm2Point.fromBytes(publicKey);
    const point = Sm2Point.BASE.multiplyUnsafe(s).add(q.multiplyUnsafe(t));
    return mod(BigInt(`0x${Buffer.from(e).toString('hex')}`) + point.toAffine().x, N) === r;
  } catch {
    return false;
  }
}

function positiveInteger(tag: number, content: Uint8Array): bigint {
  const [first = 0x80, second = 0x80] = content;
  if (tag !== TAG.integer || first >= 0x80 || (first === 0 && second < 0x80))
    throw new RangeError('INTEGER');
  const value = BigInt(`0x${Buffer.from(content).toString('hex')}`);
  if (value === 0n) throw new RangeError('zero');
  return value;
}
