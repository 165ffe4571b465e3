import { ALPHABET } from './crockford';

/** Where a centre answers what is known of a document's code: `GET /verify`, `GET /verify/<code>`. For everybody, without a certificate. */
export const VERIFY_PATH = '/verify';

/** Letters and digits of a code without its hyphens; 80 random bits. */
const CODE_LENGTH = 16;

/**
 * A verification code as somebody typed or scanned it, in its printed form `XXXX-XXXX-XXXX-XXXX`; also out of the text of
 * a QR code (`FIELDCERT:1:<trace>:<code>`). Blanks, hyphens, small letters and the look-alikes I, L and O are forgiven.
 * Null for anything else.
 */
export function readVerificationCode(text: string): string | null {
  if (text.length > 120) return null;
  const last = text.slice(text.lastIndexOf(':') + 1);
  const plain = last.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replaceAll('O', '0');
  const isCode = plain.length === CODE_LENGTH && [...plain].every((one) => ALPHABET.includes(one));
  return isCode ? (plain.match(/.{4}/g) ?? []).join('-') : null;
}
