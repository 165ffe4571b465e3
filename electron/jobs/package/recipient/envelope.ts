import { createCipheriv, randomBytes } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { encode, encodeInteger, encodeOid, TAG } from '../cms/der';
import { recipientInfo } from './recipient';

/** id-ct-authEnvelopedData (RFC 5083). */
export const ENVELOPE_TYPE = '1.2.840.113549.1.9.16.1.23';
const OID = {
  data: '1.2.840.113549.1.7.1',
  aes256Gcm: '2.16.840.1.101.3.4.1.46',
} as const;
/** [0] IMPLICIT OCTET STRING, not constructed. */
const CONTENT = 0x80;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHUNK_BYTES = 1 << 20;
/** Lengths are written in four bytes at most. */
const MAX_FILE_BYTES = 0xf000_0000;

/**
 * Encrypts a file to one certificate: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), which
 * `openssl cms -decrypt` opens. In one pass with a megabyte in memory; `target` is on the disk when it ends.
 * Throws the signal's reason, `RangeError` for a certificate that cannot receive, or the file system's error.
 */
export async function encryptFile(
  source: string,
  target: string,
  recipientDer: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const { size } = await stat(source);
  if (size > MAX_FILE_BYTES) throw new RangeError('too large to be encrypted');
  const key = randomBytes(32);
  const nonce = randomBytes(NONCE_BYTES);
  const frame = frameOf(recipientInfo(recipientDer, key), nonce, size);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  key.fill(0);
  const from = await open(source, 'r');
  const to = await open(target, 'wx', 0o600).catch(async (error: unknown) => {
    await from.close();
    throw error;
  });
  try {
    await to.write(frame);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let done = 0; done < size; ) {
      signal.throwIfAborted();
      const { bytesRead } = await from.read(chunk, 0, CHUNK_BYTES, done);
      if (bytesRead === 0) throw new RangeError('file became shorter while it was read');
      await to.write(cipher.update(chunk.subarray(0, bytesRead)));
      done += bytesRead;
    }
    cipher.final();
    await to.write(encode(TAG.octetString, cipher.getAuthTag()));
    await to.sync();
  } finally {
    await from.close();
    await to.close();
  }
}

/** Everything before the encrypted content. */
function frameOf(recipient: Uint8Array, nonce: Uint8Array, size: number): Buffer {
  const cipher = encode(
    TAG.sequence,
    encodeOid(OID.aes256Gcm),
    encode(TAG.sequence, encode(TAG.octetString, nonce), encodeInteger(TAG_BYTES)),
  );
  const content = Buffer.concat([encodeOid(OID.data), cipher, header(CONTENT, size)]);
  const before = Buffer.concat([
    encodeInteger(0),
    encode(TAG.set, recipient),
    header(TAG.sequence, content.length + size),
    content,
  ]);
  const macBytes = 2 + TAG_BYTES;
  const enveloped = header(TAG.sequence, before.length + size + macBytes);
  const type = encodeOid(ENVELOPE_TYPE);
  const whole = before.length + size + macBytes;
  const wrapped = header(TAG.context0, enveloped.length + whole);
  const outer = header(TAG.sequence, type.length + wrapped.length + enveloped.length + whole);
  return Buffer.concat([outer, type, wrapped, enveloped, before]);
}

/** Tag and minimal length of up to four bytes (X.690 §8.1.3). */
function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const minimal = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | minimal.length]), minimal]);
}
