import type { PdfDocument } from './text';

/** An object of the file, which others name by its number. */
export type Ref = PDFKit.PDFKitReference;

/** A dictionary as PDFKit writes it: strings are names, bytes are strings, dates are dates. */
export type Entries = Record<string, unknown>;

/** The dictionary of an object that is not written yet; PDFKit's types know a few of its entries only. */
export function entriesOf(ref: Ref): Entries {
  return ref.data as unknown as Entries;
}

/** Writes an object and lets go of what is in it: who keeps the answer keeps a number. */
export function writeObject(ref: Ref): Ref {
  ref.end(undefined);
  (ref as { data: object }).data = {};
  return ref;
}

/** A text string (ISO 32000-1 §7.9.2.2): UTF-16BE with its mark. */
export function textString(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16());
}

/**
 * What `draw` draws, as an object that an annotation shows (§8.10, a form XObject), as large as `width` × `height`
 * points. `draw` draws as on a page of that size, with the fonts of the document.
 */
export function drawForm(doc: PdfDocument, width: number, height: number, draw: () => void): Ref {
  const { page } = doc;
  const resources = doc.ref({ ProcSet: ['PDF', 'Text'] });
  const box = [0, 0, width, height];
  const form = doc.ref({ Type: 'XObject', Subtype: 'Form', BBox: box, Resources: resources });
  // PDFKit draws on its current page only, so this stands in for one.
  const sheet = { content: form, resources, width, height, markings: [] };
  doc.page = Object.assign(Object.create(page), sheet);
  try {
    doc.save();
    doc.transform(1, 0, 0, -1, 0, height);
    draw();
    doc.restore();
  } finally {
    doc.page = page;
  }
  writeObject(resources);
  return writeObject(form);
}
