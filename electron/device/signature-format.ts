/** Signature encodings between what tokens answer and what CMS carries. */

const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Raw r‖s (PKCS#11 CKM_ECDSA) to DER `ECDSA-Sig-Value` (RFC 3279 §2.2.3). */
export function ecdsaRawToDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  if (raw.length === 0 || !Number.isInteger(half) || half > 60)
    throw new RangeError('signature length');
  const body = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))]);
  // 60-byte halves keep the body under 128 bytes, so the short length form is always right.
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** DigestInfo for a SHA-256 digest: what CKM_RSA_PKCS pads and signs (RFC 8017 §9.2). */
export function sha256DigestInfo(digest: Uint8Array): Uint8Array {
  return Buffer.concat([SHA256_DIGEST_INFO, digest]);
}

function derInteger(unsigned: Uint8Array): Buffer {
  let start = 0;
  while (start < unsigned.length - 1 && unsigned[start] === 0) start += 1;
  const magnitude = unsigned.subarray(start);
  const padding = (magnitude[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, magnitude.length + padding.length, ...padding, ...magnitude]);
}
