import { drawForm, type Entries, entriesOf, type Ref, textString, writeObject } from './objects';
import { type Tag, tagField } from './tags';
import type { PdfDocument } from './text';

/** Room for the CMS, in bytes; its hexadecimal form takes twice as many characters. */
export const CONTENTS_BYTES = 16_384;
const BLANK = 1_234_567_890;
/** The name of the field in every document that this product signs. */
export const SIGNATURE_FIELD = 'FieldCertSignature';

export interface SignatureText {
  readonly name: string;
  readonly reason: string;
  readonly location: string;
  readonly timeMs: number;
}

/** A square on the page: its bottom left corner and its side, in points of the PDF's own space. */
interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** A PDF with room for a signature, and the four numbers that say what it covers. */
export interface PreparedPdf {
  readonly bytes: Uint8Array;
  readonly byteRange: readonly [number, number, number, number];
}

/**
 * Adds a signature field to the current page and leaves the room for its CMS (ISO 32000-1 §12.8, PAdES sub-filter
 * ETSI.CAdES.detached); `drawSeal` draws what is seen of it. One a document, whose byte range `fixByteRange` fills in
 * when the file is whole. A font has to be set.
 */
export function addSignatureField(
  doc: PdfDocument,
  parent: Tag,
  text: SignatureText,
  { x, y, size }: Square,
  drawSeal: () => void,
): void {
  const signature = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, BLANK, BLANK, BLANK],
    Contents: new Uint8Array(CONTENTS_BYTES),
    Name: textString(text.name),
    Reason: textString(text.reason),
    Location: textString(text.location),
    M: new Date(text.timeMs),
  });
  const widget = doc.ref({
    Type: 'Annot',
    Subtype: 'Widget',
    FT: 'Sig',
    T: textString(SIGNATURE_FIELD),
    TU: textString('电子签名'),
    Rect: [x, y, x + size, y + size],
    // Print, and locked: the appearance stands where it was signed.
    F: 4 + 128,
    V: writeObject(signature),
    P: doc.page.dictionary,
    AP: { N: drawForm(doc, size, size, drawSeal) },
  });
  entriesOf(widget)['StructParent'] = tagField(doc, parent, widget, `电子签名：${text.name}`);
  doc.page.annotations.push(writeObject(widget));
  addForm(doc, widget);
}

/** The form that the field is in: PDFKit makes one for fields that somebody fills in, which this is not. */
function addForm(doc: PdfDocument, field: Ref): void {
  doc.initForm();
  const catalog = entriesOf((doc as unknown as { readonly _root: Ref })._root);
  const form: Entries = entriesOf(catalog['AcroForm'] as Ref);
  delete form['NeedAppearances'];
  // 3: signatures exist, and a change must be appended, not rewritten (table 219).
  Object.assign(form, { SigFlags: 3, Fields: [field] });
}

/** Fills in what the signature of a written report covers: all but its own room. Changes `report`, and answers it. */
export function fixByteRange(report: Buffer): PreparedPdf {
  const hole = report.indexOf(`<${'0'.repeat(CONTENTS_BYTES * 2)}>`, 0, 'latin1');
  const blank = `[0 ${BLANK} ${BLANK} ${BLANK}]`;
  const range = report.indexOf(`/ByteRange ${blank}`, 0, 'latin1');
  if (hole === -1 || range === -1) throw new Error('signature room not found');
  const after = hole + CONTENTS_BYTES * 2 + 2;
  const byteRange = [0, hole, after, report.length - after] as const;
  const text = `[${byteRange.join(' ')}`.padEnd(blank.length - 1, ' ');
  report.write(`${text}]`, range + '/ByteRange '.length, 'latin1');
  return { bytes: report, byteRange };
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
