import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { digestBytes } from '../cms/algorithms';
import { type ClaimedDigest, claimedDigest } from '../cms/claimed-digest';
import { holdsBesideAdditions } from '../cms/verify';
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
 * not judged; what can be told of each is whether the bytes that it names still have the digest that it names. Throws the
 * signal's reason on abort: a file may name 64 times the whole of itself.
 */
export async function judgeForeign(
  pdf: Buffer,
  problem: string,
  signal?: AbortSignal,
): Promise<ForeignJudgement> {
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
  const found: Told[] = [];
  for (const range of ranges) {
    await breathe(signal);
    const one = await toldOf(pdf, range);
    if (one.state === 'short') return altered('bytes that were signed are missing');
    if (one.state === 'differs') return altered('the content is not what was signed');
    found.push(one);
  }
  const ends = ranges.map(([, , second = 0, rest = 0]) => second + rest);
  const after = pdf.length - Math.max(...ends);
  // Somebody may have signed a document of ours once more, by appending to it; anything else that was added is not that.
  const isOnlyTimed = after === 0 && found.every(({ claim }) => claim?.hasTime);
  if (isOwn && ((ranges.length === 1 && !isOnlyTimed) || after > 0)) return altered(problem);
  // A document of ours that nobody of ours signed as it is was made to look so, whatever was added to it.
  if (isOwn && !(await isSignedByUs(pdf, ranges, signal))) return altered(problem);
  const said = saidOf(found, isOwn);
  return unjudged(after > 0 ? `${said}, and ${after} bytes after the last one` : said);
}

/** Lets timers and messages in between two looks at a whole file, or nothing could end them. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

const unjudged = (detail: string): ForeignJudgement => ({
  isAltered: false,
  detail: `${detail}: a form that is not judged here`,
});

/** What the signatures are, by what can be read of them without judging them. */
function saidOf(found: readonly Told[], isOwn: boolean): string {
  const stamps = found.filter(({ claim }) => claim?.kind === 'time-stamp').length;
  const signatures = found.length - stamps;
  const persons = signatures === 1 ? 'signed by another program' : `${signatures} signatures`;
  const parts = [
    ...(signatures === 0 ? [] : [isOwn && signatures === 1 ? 'signed by this program' : persons]),
    ...(stamps === 0 ? [] : [`${stamps} time stamps of the document`]),
    ...(found.some(({ claim }) => claim?.hasTime) ? ['a time stamp of a signature'] : []),
  ];
  return parts.join(', ');
}

/** One of the signatures is of this product's form and holds over its bytes, apart from unsigned additions to it. */
async function isSignedByUs(
  pdf: Buffer,
  ranges: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (const [start = 0, first = 0, second = 0, rest = 0] of ranges) {
    await breathe(signal);
    const cms = start === 0 && first <= second ? cmsIn(pdf, first, second) : undefined;
    if (cms === undefined) continue;
    const covered = Buffer.concat([pdf.subarray(0, first), pdf.subarray(second, second + rest)]);
    if (await holdsBesideAdditions(cms, (name) => digestBytes(name, covered))) return true;
  }
  return false;
}

/** What lies in the room for a signature; undefined where that is no hexadecimal string. */
function cmsIn(pdf: Buffer, first: number, second: number): Buffer | undefined {
  const hex = ROOM.exec(pdf.toString('latin1', first, second).trim())?.[1];
  return hex === undefined ? undefined : Buffer.from(hex.replace(/\s/gu, ''), 'hex');
}

interface Told {
  readonly state: 'same' | 'differs' | 'short' | 'unknown';
  readonly claim?: ClaimedDigest;
}

async function toldOf(
  pdf: Buffer,
  [start = 0, first = 0, second = 0, rest = 0]: readonly number[],
): Promise<Told> {
  if (second + rest > pdf.length) return { state: 'short' };
  if (start !== 0 || first > second) return { state: 'unknown' };
  const cms = cmsIn(pdf, first, second);
  if (cms === undefined) return { state: 'unknown' };
  const claim = claimedDigest(cms);
  if (claim === undefined) return { state: 'unknown' };
  const name = HASHES[claim.algorithmOid];
  if (name === undefined) return { state: 'unknown', claim };
  const covered = [pdf.subarray(0, first), pdf.subarray(second, second + rest)];
  const digest =
    name === 'sm3'
      ? await sm3(Buffer.concat(covered))
      : covered.reduce((hasher, piece) => hasher.update(piece), createHash(name)).digest();
  return { state: Buffer.compare(digest, claim.digest) === 0 ? 'same' : 'differs', claim };
}
