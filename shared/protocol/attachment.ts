/**
 * Attachments as they travel and lie: photo, scan and e-certificate, each sealed under a key of its own.
 *
 * | bytes | content |
 * |---|---|
 * | 4 | `FCAT` |
 * | 1 | version: 1 |
 * | 4 | key epoch of the region, big endian |
 * | n | AES-256-GCM of the plain bytes, 16-byte tag behind them |
 *
 * key = HKDF-SHA-256(transportPrivate, no salt, `attachmentKeyInfo`, 32 bytes); iv = twelve zero bytes: the key is of
 * one content alone, so it never seals a second one. aad = `attachmentAad` in ASCII. What is opened is compared with the
 * SHA-256 that the row names. Equal content of a region gives equal bytes, so that a broken fetch goes on at any byte.
 */
export const ATTACHMENT_MAGIC = 'FCAT';
export const ATTACHMENT_VERSION = 1;
export const ATTACHMENT_HEAD_BYTES = 9;
/** A sealed attachment is so much longer than the plain one that the row speaks of. */
export const ATTACHMENT_OVERHEAD_BYTES = ATTACHMENT_HEAD_BYTES + 16;
/** Largest plain attachment, bytes. */
export const MAX_ATTACHMENT_BYTES = 8 * 1024 * 1024;

export const attachmentKeyInfo = (region: string, sha256: string): string =>
  `fieldcert-attachment|1|${region}|${sha256}`;
export const attachmentAad = (region: string, keyEpoch: number, sha256: string): string =>
  `fieldcert-attachment|1|${region}|${keyEpoch}|${sha256}`;
