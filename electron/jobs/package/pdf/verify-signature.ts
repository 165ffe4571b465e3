import { digestBytes } from '../cms/algorithms';
import { decodeAt } from '../cms/der';
import { CmsProblem, type CmsVerdict, verifyCms } from '../cms/verify';

const RANGE = /\/ByteRange \[0 (\d{1,10}) (\d{1,10}) (\d{1,10}) *\]/gu;

/**
 * Verifies the one signature of a report (PAdES, ISO 32000-1 §12.8): the byte range covers everything but the
 * signature's own room, and the CMS in it holds. Throws `CmsProblem`.
 */
export async function verifyPdfSignature(pdf: Uint8Array): Promise<CmsVerdict> {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  const ranges = [...bytes.toString('latin1').matchAll(RANGE)];
  const [first = 0, second = 0, rest = 0] = (ranges[0]?.slice(1) ?? []).map(Number);
  if (ranges.length !== 1) throw new CmsProblem('not exactly one signature in the report');
  const isWhole = second + rest === bytes.length && first + 2 < second;
  if (!isWhole || bytes[first] !== 0x3c || bytes[second - 1] !== 0x3e) {
    throw new CmsProblem('the byte range does not cover the report');
  }
  const hex = bytes.toString('latin1', first + 1, second - 1);
  if (!/^(?:[0-9a-f]{2})+$/u.test(hex)) throw new CmsProblem('signature room is not hexadecimal');
  const room = Buffer.from(hex, 'hex');
  let cms: Uint8Array;
  try {
    cms = decodeAt(room, 0).raw;
  } catch {
    throw new CmsProblem('no signature in its room');
  }
  if (room.subarray(cms.length).some((byte) => byte !== 0))
    throw new CmsProblem('bytes after the signature');
  const covered = Buffer.concat([bytes.subarray(0, first), bytes.subarray(second)]);
  return verifyCms(cms, (name) => digestBytes(name, covered));
}
