import { gunzipSync } from 'node:zlib';
import { readCertificate } from '../certificate';
import { elementOf, readOnly, readTlvs, TlvError } from './tlv';

/** Largest certificate that is read of a card, unpacked. */
const MAX_CERTIFICATE_BYTES = 8_192;

const TAG = { object: 0x53, certificate: 0x70, info: 0x71, guid: 0x34 } as const;
const GZIP = 0x01;

/**
 * The DER of a certificate's data object (SP 800-73-4 part 1, appendix A): `53 (70 certificate)(71 info)(FE)`, packed
 * by gzip where info says so. Undefined for an empty object. Throws `TlvError` for anything malformed: lying lengths,
 * packed data that do not unpack to at most 8 KiB, bytes that are no certificate.
 */
export function readCertificateObject(object: Uint8Array): Uint8Array | undefined {
  const content = readOnly(object, TAG.object);
  if (content.length === 0) return undefined;
  const elements = readTlvs(content);
  const value = elementOf(elements, TAG.certificate);
  const info = elementOf(elements, TAG.info);
  if (value === undefined || value.length === 0) return undefined;
  if (info !== undefined && info.length !== 1) throw new TlvError('certificate info');
  const isPacked = ((info?.[0] ?? 0) & GZIP) !== 0;
  const der = isPacked ? unpack(value) : Uint8Array.from(value);
  if (der.length > MAX_CERTIFICATE_BYTES) throw new TlvError('certificate too long');
  try {
    readCertificate(der);
  } catch {
    throw new TlvError('certificate malformed');
  }
  return der;
}

/** The card's 16-byte name of its CHUID object in hex; undefined where it has none, or one of zeros. */
export function readCardName(object: Uint8Array): string | undefined {
  const guid = elementOf(readTlvs(readOnly(object, TAG.object)), TAG.guid);
  if (guid?.length !== 16 || guid.every((byte) => byte === 0)) return undefined;
  return Buffer.from(guid).toString('hex');
}

function unpack(value: Uint8Array): Uint8Array {
  try {
    return Uint8Array.from(gunzipSync(value, { maxOutputLength: MAX_CERTIFICATE_BYTES }));
  } catch {
    throw new TlvError('certificate does not unpack');
  }
}
