import { decodeAll, decodeOid, decodeOne, type Element, TAG } from './cms/der';

const MAX_LIST_BYTES = 16 << 20;
const MAX_ENTRIES = 500_000;
const OID_CRL_NUMBER = '2.5.29.20';
const OID_AUTHORITY_KEY = '2.5.29.35';
const OID_REASON = '2.5.29.21';
const OID_INVALIDITY = '2.5.29.24';
/** Extensions whose presence changes nothing of what we read here. */
const KNOWN = new Set([OID_CRL_NUMBER, OID_AUTHORITY_KEY, OID_REASON, OID_INVALIDITY]);
const BOOLEAN = 0x01;

/** A certificate revocation list (X.509 v1 or v2, RFC 5280 §5), read but not yet believed. */
export interface RevocationList {
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number | undefined;
  /** When each serial number (upper-case hex, as in the certificate) was revoked. */
  readonly revokedMs: ReadonlyMap<string, number>;
  /** What was signed, how and the signature. */
  readonly signedPart: Uint8Array;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
}

/**
 * Reads a DER list: full lists of their own issuer only. Lists in parts, delta lists and lists for other issuers
 * announce themselves by critical extensions and are refused, as RFC 5280 §5.2 asks. Throws `RangeError`.
 */
export function parseRevocationList(der: Uint8Array): RevocationList {
  if (der.length > MAX_LIST_BYTES) throw new RangeError('revocation list too large');
  const [signedPart, algorithm, signature, ...more] = decodeAll(
    decodeOne(der, TAG.sequence).content,
  );
  if (signedPart?.tag !== TAG.sequence || more.length > 0) throw new RangeError('revocation list');
  const fields = decodeAll(signedPart.content);
  if (fields[0]?.tag === TAG.integer) fields.shift();
  const [innerAlgorithm, issuer, thisUpdate, ...rest] = fields;
  const isSame =
    innerAlgorithm !== undefined &&
    algorithm !== undefined &&
    Buffer.compare(innerAlgorithm.raw, algorithm.raw) === 0;
  if (!isSame) throw new RangeError('revocation list: two signature algorithms');
  const nextUpdate = isTime(rest[0]) ? rest.shift() : undefined;
  const entries = rest[0]?.tag === TAG.sequence ? rest.shift() : undefined;
  const extensions = rest[0]?.tag === TAG.context0 ? rest.shift() : undefined;
  if (rest.length > 0) throw new RangeError('revocation list: unknown parts');
  if (extensions !== undefined) demandKnown(decodeOne(extensions.content, TAG.sequence));
  return {
    issuer: need(issuer, TAG.sequence).raw,
    thisUpdateMs: timeOf(thisUpdate),
    nextUpdateMs: nextUpdate === undefined ? undefined : timeOf(nextUpdate),
    revokedMs: readEntries(entries),
    signedPart: signedPart.raw,
    signatureOid: decodeOid(need(decodeAll(need(algorithm).content)[0], TAG.oid).content),
    signature: bitsOf(need(signature, TAG.bitString)),
  };
}

function readEntries(entries: Element | undefined): Map<string, number> {
  const revoked = new Map<string, number>();
  for (const entry of entries === undefined ? [] : decodeAll(entries.content)) {
    const [serial, date, extensions] = decodeAll(need(entry, TAG.sequence).content);
    if (extensions !== undefined) demandKnown(extensions);
    revoked.set(serialText(need(serial, TAG.integer).content), timeOf(date));
    if (revoked.size > MAX_ENTRIES) throw new RangeError('revocation list: too many entries');
  }
  return revoked;
}

/** Serial numbers as `CertificateFacts.serial` writes them. */
function serialText(content: Uint8Array): string {
  return Buffer.from(content).toString('hex').toUpperCase();
}

/** A critical extension that we do not know may turn every other statement of the list around. */
function demandKnown(extensions: Element): void {
  for (const extension of decodeAll(extensions.content)) {
    const [oid, second] = decodeAll(extension.content);
    const isCritical = second?.tag === BOOLEAN && second.content[0] !== 0;
    const name = decodeOid(need(oid, TAG.oid).content);
    if (isCritical && !KNOWN.has(name)) throw new RangeError(`revocation list: extension ${name}`);
  }
}

function bitsOf(element: Element): Uint8Array {
  if (element.content[0] !== 0) throw new RangeError('revocation list: signature');
  return element.content.subarray(1);
}

function isTime(element: Element | undefined): boolean {
  return element?.tag === TAG.utcTime || element?.tag === TAG.generalizedTime;
}

/** UTCTime counts 50–99 as 1950–1999 (RFC 5280 §4.1.2.5.1). */
function timeOf(element: Element | undefined): number {
  if (element === undefined || !isTime(element)) throw new RangeError('revocation list: time');
  const text = Buffer.from(element.content).toString('latin1');
  const century = Number(text.slice(0, 2)) < 50 ? '20' : '19';
  const full = element.tag === TAG.utcTime ? century + text : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/u.exec(full);
  if (match === null) throw new RangeError('revocation list: time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function need(element: Element | undefined, tag?: number): Element {
  if (element === undefined || (tag !== undefined && element.tag !== tag))
    throw new RangeError('revocation list: incomplete');
  return element;
}
