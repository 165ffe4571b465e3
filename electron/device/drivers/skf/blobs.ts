import { ecdsaRawToDer } from '../../signature-format';
import { AnswerProblem } from './errors';
import type { UlongBytes } from './library';

/**
 * Structures of GM/T 0016. Packing (`pragma pack(1)` or not) makes no difference to any field used here; the width of
 * ULONG does, and is measured on the one structure whose size tells it, the ECC public key.
 */

const MAX_NAMES = 64;
const MAX_NAME_BYTES = 128;
const HALF = 64;
const NUMBER = 32;

/** DEVINFO may be larger in a vendor's header than in the standard's. */
export const DEVICE_INFO_BYTES = 512;
export const SIGNATURE_BLOB_BYTES = 2 * HALF;

/** What a device tells of itself. */
export interface DeviceInfo {
  readonly manufacturer: string;
  readonly model: string;
  readonly label: string;
  readonly serial: string;
}

/** Texts of a DEVINFO: manufacturer at 2, issuer at 66, label at 130, serial number at 162. */
export function readDeviceInfo(info: Buffer): DeviceInfo {
  return {
    manufacturer: textIn(info, 2, 64),
    model: textIn(info, 66, 64),
    label: textIn(info, 130, 32),
    serial: serialIn(info.subarray(162, 194)),
  };
}

/** Names of a list that separates by one NUL and ends by two; as bytes, since vendors write GBK or UTF-8. */
export function readNames(list: Buffer): Buffer[] {
  const names: Buffer[] = [];
  let start = 0;
  while (start < list.length && list[start] !== 0) {
    const end = list.indexOf(0, start);
    const name = list.subarray(start, end === -1 ? list.length : end);
    if (name.length > MAX_NAME_BYTES) throw new AnswerProblem('a name in a list is too long');
    names.push(Buffer.from(name));
    if (names.length > MAX_NAMES) throw new AnswerProblem('a list has too many names');
    start += name.length + 1;
  }
  return names;
}

/** A NUL-terminated copy, for arguments. */
export function terminated(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.from([0])]);
}

/**
 * Whether an exported public key is the certificate's. ECC: X and Y of the 65-byte point, right-aligned in 64 bytes
 * each; RSA: the modulus stands somewhere in the blob (vendors align it differently).
 * Throws `AnswerProblem` for what is no ECC key.
 */
export function isKeyOf(publicKey: Uint8Array, isEcc: boolean, blob: Buffer): boolean {
  if (!isEcc) return blob.includes(Buffer.from(modulusOf(publicKey)));
  const start = ulongWidth(blob);
  const x = blob.subarray(start, start + HALF);
  const y = blob.subarray(start + HALF);
  const point = [Buffer.from([4]), x.subarray(NUMBER), y.subarray(NUMBER)];
  return isShort(x) && isShort(y) && Buffer.concat(point).equals(publicKey);
}

/** Bytes of the library's ULONG, told by the size of an ECCPUBLICKEYBLOB. Throws `AnswerProblem` for another size. */
export function ulongWidth(blob: Buffer): UlongBytes {
  const width = blob.length - 2 * HALF;
  if (width === 4 || width === 8) return width;
  throw new AnswerProblem(`an ECC public key of ${blob.length} bytes`);
}

/** A DER structure without the zeros behind it: some libraries tell the length of their buffer for a certificate's. */
export function withoutPadding(bytes: Buffer): Buffer {
  const lengthBytes = (bytes[1] ?? 0) - 0x80;
  if (lengthBytes < 1 || lengthBytes > 3 || bytes.length < 2 + lengthBytes) return bytes;
  const end = 2 + lengthBytes + bytes.readUIntBE(2, lengthBytes);
  return isZero(bytes.subarray(end)) ? bytes.subarray(0, end) : bytes;
}

/** ECCSIGNATUREBLOB to DER `SEQUENCE{r,s}`; numbers of more than 32 bytes or zero are no SM2 signature. */
export function signatureToDer(blob: Buffer): Uint8Array {
  const r = blob.subarray(0, HALF);
  const s = blob.subarray(HALF, 2 * HALF);
  if (!isShort(r) || !isShort(s) || isZero(r) || isZero(s)) {
    throw new AnswerProblem('the signature is out of range');
  }
  return ecdsaRawToDer(Buffer.concat([r.subarray(NUMBER), s.subarray(NUMBER)]));
}

/** ECCCIPHERBLOB of an SM2 ciphertext `x(32) ‖ y(32) ‖ hash(32) ‖ cipher`. */
export function cipherBlob(ciphertext: Uint8Array, width: UlongBytes): Buffer {
  const zeros = Buffer.alloc(HALF - NUMBER);
  const cipher = ciphertext.subarray(3 * NUMBER);
  const length = Buffer.alloc(width);
  length.writeUInt32LE(cipher.length);
  const x = ciphertext.subarray(0, NUMBER);
  const rest = ciphertext.subarray(NUMBER, 2 * NUMBER);
  const hash = ciphertext.subarray(2 * NUMBER, 3 * NUMBER);
  return Buffer.concat([zeros, x, zeros, rest, hash, length, cipher]);
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const isShort = (half: Uint8Array): boolean => isZero(half.subarray(0, HALF - NUMBER));

/** The modulus in a DER RSAPublicKey of at least 1024 bits: SEQUENCE{INTEGER n, INTEGER e}. */
function modulusOf(publicKey: Uint8Array): Uint8Array {
  // 30 81|82 length, 02 81|82 length: both lengths are long, since n has at least 128 bytes.
  const at = publicKey[1] === 0x82 ? 4 : 3;
  const lengthBytes = (publicKey[at + 1] ?? 0) & 0x7f;
  const start = at + 2 + lengthBytes;
  const length = Buffer.from(publicKey.subarray(at + 2, start)).readUIntBE(0, lengthBytes);
  return publicKey.subarray(start + (publicKey[start] === 0 ? 1 : 0), start + length);
}

function textIn(info: Buffer, offset: number, length: number): string {
  const field = info.subarray(offset, offset + length);
  const end = field.indexOf(0);
  const bytes = field.subarray(0, end === -1 ? length : end);
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes).trim();
    } catch {
      // The other encoding may fit.
    }
  }
  return bytes.toString('latin1').trim();
}

/** Most serial numbers are digits; a vendor that writes raw bytes there gets them in hex. */
function serialIn(field: Buffer): string {
  const end = field.indexOf(0);
  const bytes = field.subarray(0, end === -1 ? field.length : end);
  const isPrintable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isPrintable ? bytes.toString('latin1').trim() : bytes.toString('hex');
}
