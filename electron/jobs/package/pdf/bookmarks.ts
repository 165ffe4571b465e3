import type { PdfDocument } from './text';

export type Bookmark = PDFKit.PDFOutline;

const MAX_CHARACTERS = 120;

/**
 * Adds a bookmark for a place on the current page, `topPt` from its top; under another it is folded away until that is
 * opened (ISO 32000-1 §12.3.3). The reader's magnification stays as it is.
 */
export function addBookmark(
  doc: PdfDocument,
  title: string,
  topPt: number,
  parent: Bookmark = doc.outline,
): Bookmark {
  // PDFKit counts both from the far edge of the page, so its width leads to the left one.
  const place = { left: doc.page.width, top: topPt, expanded: false };
  const added = parent.addItem([...title].slice(0, MAX_CHARACTERS).join(''), place);
  // A folded item says how many it holds, as a negative number; PDFKit writes open ones only.
  if (parent !== doc.outline) dataOf(parent).Count = -parent.children.length;
  return added;
}

/** The dictionary that PDFKit writes for a bookmark; its types leave it out. */
function dataOf(bookmark: Bookmark): { Count?: number } {
  return (bookmark as unknown as { outlineData: { Count?: number } }).outlineData;
}
