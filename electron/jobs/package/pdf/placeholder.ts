import { PDFDocument, PDFHexString, PDFName, PDFNumber, PDFString } from '@cantoo/pdf-lib';
import { SEAL_BOX } from './cover';

/** Room for the CMS, in bytes; its hexadecimal form takes twice as many characters. */
export const CONTENTS_BYTES = 16_384;
const BLANK = 1_234_567_890;

export interface SignatureText {
  readonly name: string;
  readonly reason: string;
  readonly location: string;
  readonly timeMs: number;
}

/** A PDF with room for a signature, and the four numbers that say what it covers. */
export interface PreparedPdf {
  readonly bytes: Uint8Array;
  readonly byteRange: readonly [number, number, number, number];
}

/**
 * Adds a signature field with a visible appearance to the first page and leaves the room for its CMS
 * (ISO 32000-1 §12.8, PAdES sub-filter ETSI.CAdES.detached). Reserves, then fixes the byte range in place.
 */
export async function prepareSignature(
  report: Uint8Array,
  seal: Uint8Array,
  text: SignatureText,
): Promise<PreparedPdf> {
  const doc = await PDFDocument.load(report, { updateMetadata: false });
  const { context } = doc;
  const [appearance] = await doc.embedPdf(seal);
  const page = doc.getPage(0);
  if (appearance === undefined) throw new Error('seal');
  const signature = context.register(
    context.obj({
      Type: 'Sig',
      Filter: 'Adobe.PPKLite',
      SubFilter: 'ETSI.CAdES.detached',
      ByteRange: [0, BLANK, BLANK, BLANK],
      Contents: PDFHexString.of('0'.repeat(CONTENTS_BYTES * 2)),
      Name: PDFHexString.fromText(text.name),
      Reason: PDFHexString.fromText(text.reason),
      Location: PDFHexString.fromText(text.location),
      M: PDFString.fromDate(new Date(text.timeMs)),
    }),
  );
  const { x, y, size } = SEAL_BOX;
  const widget = context.register(
    context.obj({
      Type: 'Annot',
      Subtype: 'Widget',
      FT: 'Sig',
      T: PDFString.of('FieldCertSignature'),
      Rect: [x, y, x + size, y + size],
      // Print, and locked: the appearance stands where it was signed.
      F: 4 + 128,
      V: signature,
      P: page.ref,
      AP: { N: appearance.ref },
    }),
  );
  page.node.addAnnot(widget);
  // 3: signatures exist, and a change must be appended, not rewritten (ISO 32000-1 table 219).
  const form = context.register(context.obj({ SigFlags: PDFNumber.of(3), Fields: [widget] }));
  doc.catalog.set(PDFName.of('AcroForm'), form);
  const saved = Buffer.from(await doc.save({ useObjectStreams: false, addDefaultPage: false }));
  return fixByteRange(saved);
}

/** Puts a CMS into the room that was left. Throws `RangeError` when it is too long. */
export function embedSignature(prepared: PreparedPdf, cms: Uint8Array): Uint8Array {
  if (cms.length > CONTENTS_BYTES) throw new RangeError('signature too long for its room');
  const bytes = Buffer.from(prepared.bytes);
  const hex = Buffer.from(cms)
    .toString('hex')
    .padEnd(CONTENTS_BYTES * 2, '0');
  bytes.write(hex, prepared.byteRange[1] + 1, 'latin1');
  return bytes;
}

/** The two pieces that the signature covers. */
export function coveredPieces(prepared: PreparedPdf): readonly [Uint8Array, Uint8Array] {
  const [start, first, second, rest] = prepared.byteRange;
  return [
    prepared.bytes.subarray(start, start + first),
    prepared.bytes.subarray(second, second + rest),
  ];
}

function fixByteRange(saved: Buffer): PreparedPdf {
  const hole = saved.indexOf(`<${'0'.repeat(CONTENTS_BYTES * 2)}>`, 0, 'latin1');
  const blank = new RegExp(`/ByteRange \\[\\s*0 ${BLANK} ${BLANK} ${BLANK}\\s*\\]`, 'u').exec(
    saved.toString('latin1'),
  );
  if (hole === -1 || blank === null) throw new Error('signature room not found');
  const after = hole + CONTENTS_BYTES * 2 + 2;
  const byteRange = [0, hole, after, saved.length - after] as const;
  const text = `/ByteRange [${byteRange.join(' ')}`;
  saved.write(`${text.padEnd(blank[0].length - 1, ' ')}]`, blank.index, 'latin1');
  return { bytes: saved, byteRange };
}
