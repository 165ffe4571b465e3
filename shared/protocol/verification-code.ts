import { z } from 'zod';
import { ALPHABET } from './crockford';

/** Where a centre answers what is known of a document's code: `GET /verify`, `GET /verify/<code>`. For everybody, without a certificate. */
export const VERIFY_PATH = '/verify';

/** Letters and digits of a code without its hyphens; 80 random bits. */
const CODE_LENGTH = 16;
/** Longest text that is looked at, characters. */
const MAX_TEXT = 120;

/** Public address of a centre that QR codes may lead to: https, a name in small letters, a port at most. */
export const VerifyAtSchema = z
  .string()
  .max(80)
  .regex(/^https:\/\/[a-z0-9][a-z0-9.:-]*$/)
  .refine((text) => {
    const [, port = '443', ...more] = text.slice('https://'.length).split(':');
    return more.length === 0 && /^\d{1,5}$/.test(port);
  });

/**
 * What the QR code of a document says: where a phone finds what the centre knows of its code, and no more than the code;
 * without a public address of the centre the trace number and the code as a text.
 */
export function qrPayload(document: {
  readonly traceId: string;
  readonly verificationCode: string;
  readonly verifyAt?: string | undefined;
}): string {
  const { traceId, verificationCode, verifyAt } = document;
  return verifyAt === undefined
    ? `FIELDCERT:1:${traceId}:${verificationCode}`
    : `${verifyAt}${VERIFY_PATH}/${verificationCode}`;
}

/**
 * A verification code as somebody typed or scanned it, in its printed form `XXXX-XXXX-XXXX-XXXX`; also out of either text
 * of a QR code (`qrPayload`). Blanks, hyphens, small letters and the look-alikes I, L and O are forgiven.
 * Null for anything else.
 */
export function readVerificationCode(text: string): string | null {
  if (text.length > MAX_TEXT) return null;
  const last = text.slice(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1);
  const plain = last.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replaceAll('O', '0');
  const isCode = plain.length === CODE_LENGTH && [...plain].every((one) => ALPHABET.includes(one));
  return isCode ? (plain.match(/.{4}/g) ?? []).join('-') : null;
}

/** The code out of the text of a document's QR code, whichever centre it names; null for what is none. Nothing is opened. */
export function readQrPayload(text: string): string | null {
  const isOne = text.startsWith('FIELDCERT:1:') || /^https:\/\/[^/]*\/verify\//.test(text);
  return isOne ? readVerificationCode(text) : null;
}
