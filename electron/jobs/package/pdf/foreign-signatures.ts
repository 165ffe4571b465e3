import { createHash } from 'node:crypto';
import { claimedDigest } from '../cms/claimed-digest';
import { sm3 } from '../digests';
import { textString } from './objects';
import { SIGNATURE_FIELD } from './placeholder';

/** What can be said of a PDF whose signature is not of the one form that this product writes. */
export interface ForeignJudgement {
  /** Bytes that were signed are not as they were, or some are missing or too many. */
  readonly isAltered: boolean;
  readonly detail: string;
}

/** Any layout that ISO 32000-1 §7.3.6 allows for the four numbers. */
const RANGE =
  /\/ByteRange[\s\0]{0,64}\[[\s\0]{0,64}(\d{1,10})[\s\0]{1,64}(\d{1,10})[\s\0]{1,64}(\d{1,10})[\s\0]{1,64}(\d{1,10})[\s\0]{0,64}\]/gu;
const MAX_SIGNATURES = 64;
const ROOM = /^<([0-9A-Fa-f\s]*)>$/u;
/** What every document of this product has in the open: it signs in one form alone, so that any other is damage. */
const OWN_MARK = Buffer.from(textString(SIGNATURE_FIELD)).toString('hex');
/** Those without a name here are not computed, and nothing is said by them. */
const HASHES: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512' | 'sm3'>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '1.2.156.10197.1.401': 'sm3',
};

/** Whether the document says of itself that this product wrote it. */
export const isOwnDocument = (pdf: Buffer): boolean => pdf.includes(OWN_MARK, 0, 'latin1');

/**
 * Tells a document that was altered from one that another program signed, or several persons did. Signatures of others are
 * not judged; what can be told of each is whether the bytes that it names still have the digest that it names.
 */
export async function judgeForeign(pdf: Buffer, problem: string): Promise<ForeignJudgement> {
  const altered = (detail: string): ForeignJudgement => ({ isAltered: true, detail });
  const ranges = [...pdf.toString('latin1').matchAll(RANGE)].map((found) =>
    found.slice(1, 5).map(Number),
  );
  const isOwn = isOwnDocument(pdf);
  if (ranges.length === 0) {
    return isOwn || !pdf.subarray(-1024).includes('%%EOF')
      ? altered(problem)
      : unjudged('a signature without a byte range');
  }
  if (ranges.length > MAX_SIGNATURES) return unjudged(`${ranges.length} signatures`);
  for (const range of ranges) {
    const state = await stateOf(pdf, range);
    if (state === 'short') return altered('bytes that were signed are missing');
    if (state === 'differs') return altered('the content is not what was signed');
  }
  const ends = ranges.map(([, , second = 0, rest = 0]) => second + rest);
  const after = pdf.length - Math.max(...ends);
  // Somebody may have signed a document of ours once more, by appending to it; anything else that was added is not that.
  if (isOwn && (ranges.length === 1 || after > 0)) return altered(problem);
  const said = ranges.length === 1 ? 'signed by another program' : `${ranges.length} signatures`;
  return unjudged(after > 0 ? `${said}, and ${after} bytes after the last one` : said);
}

const unjudged = (detail: string): ForeignJudgement => ({
  isAltered: false,
  detail: `${detail}: a form that is not judged here`,
});

async function stateOf(
  pdf: Buffer,
  [start = 0, first = 0, second = 0, rest = 0]: readonly number[],
): Promise<'same' | 'differs' | 'short' | 'unknown'> {
  if (second + rest > pdf.length) return 'short';
  if (start !== 0 || first > second) return 'unknown';
  const hex = ROOM.exec(pdf.toString('latin1', first, second).trim())?.[1];
  if (hex === undefined) return 'unknown';
  const claim = claimedDigest(Buffer.from(hex.replace(/\s/gu, ''), 'hex'));
  const name = claim && HASHES[claim.algorithmOid];
  if (claim === undefined || name === undefined) return 'unknown';
  const covered = [pdf.subarray(0, first), pdf.subarray(second, second + rest)];
  const digest =
    name === 'sm3'
      ? await sm3(Buffer.concat(covered))
      : covered.reduce((hasher, piece) => hasher.update(piece), createHash(name)).digest();
  return Buffer.compare(digest, claim.digest) === 0 ? 'same' : 'differs';
}
