import { type Entries, entriesOf, type Ref, textString, writeObject } from './objects';
import type { PdfDocument } from './text';

/**
 * The structure of a document, for who hears it instead of seeing it and for programs that take it apart
 * (ISO 32000-1 §14.7 and §14.8): every mark on a page is either content of an element or an artifact. PDFKit has such
 * elements too, but keeps each until the document's end, which for a list is an object a cell; here one is written and
 * let go as soon as it is complete.
 */

export interface TagOptions {
  readonly title?: string;
  /** Said in place of a figure. */
  readonly alt?: string;
  /** What a heading cell is a heading of. */
  readonly scope?: 'Row' | 'Column';
  /** Left, top, right and bottom of a figure on the current page, in points from its top left corner. */
  readonly bbox?: readonly [number, number, number, number];
}

/** The tree that all elements of a document hang in, and which element each piece of a page's content belongs to. */
class Tree {
  readonly root: Ref;
  readonly #doc: PdfDocument;
  /** By their keys: whose each piece of a page is, as an array, or whose a field is. */
  readonly #owners: (Ref | undefined)[] = [];
  /** Elements that are not written yet: PDFKit waits for each of its objects, without a word and for ever. */
  open = 0;
  #page: { readonly of: PDFKit.PDFPage; readonly key: number; readonly pieces: Ref[] } | undefined;

  constructor(doc: PdfDocument) {
    this.#doc = doc;
    this.root = doc.getStructTreeRoot();
  }

  /** Has `ref` own the next piece of content on the current page, and answers the piece's number there (MCID). */
  ownNext(ref: Ref): number {
    const { page } = this.#doc;
    if (page !== this.#page?.of) {
      this.#endPage();
      const key = this.#owners.push(undefined) - 1;
      this.#page = { of: page, key, pieces: [] };
      entriesOf(page.dictionary)['StructParents'] = key;
    }
    return (this.#page?.pieces.push(ref) ?? 0) - 1;
  }

  /** Has `ref` own an object that is no content, a field: its key in the tree. */
  ownObject(ref: Ref): number {
    return this.#owners.push(ref) - 1;
  }

  end(top: Ref): void {
    this.#endPage();
    const Nums = this.#owners.flatMap((ref, key) => (ref === undefined ? [] : [key, ref]));
    const ParentTree = writeObject(this.#doc.ref({ Nums }));
    const ParentTreeNextKey = this.#owners.length;
    Object.assign(entriesOf(this.root), { K: [top], ParentTree, ParentTreeNextKey });
  }

  /** Writes whose each piece of the page is; a page is never gone back to. */
  #endPage(): void {
    if (this.#page === undefined) return;
    const { key, pieces } = this.#page;
    this.#owners[key] = writeObject(this.#doc.ref(pieces));
    this.#page = undefined;
  }
}

/** An element that holds others. */
export class Tag {
  readonly ref: Ref;
  readonly tree: Tree;
  readonly #kids: Ref[] = [];
  readonly #doc: PdfDocument;

  constructor(doc: PdfDocument, tree: Tree, entries: Entries) {
    this.#doc = doc;
    this.tree = tree;
    this.ref = doc.ref(entries);
    tree.open++;
  }

  /** An element without others in it, whose content is as `K` says. */
  addLeaf(ref: Ref, entries: Entries): void {
    Object.assign(entriesOf(ref), { ...entries, P: this.ref });
    this.#kids.push(writeObject(ref));
  }

  open(entries: Entries): Tag {
    const tag = new Tag(this.#doc, this.tree, { ...entries, P: this.ref });
    this.#kids.push(tag.ref);
    return tag;
  }

  /** Writes the element; nothing can be put into it afterwards. */
  end(): void {
    entriesOf(this.ref)['K'] = this.#kids.splice(0);
    writeObject(this.ref);
    this.tree.open--;
  }
}

/** The element that holds all others; one a document, which was made as tagged. */
export function openDocument(doc: PdfDocument): Tag {
  const tree = new Tree(doc);
  return new Tag(doc, tree, { S: 'Document', P: tree.root });
}

/** Writes what is left of the structure, before the document itself is ended. */
export function endDocument(root: Tag): void {
  root.end();
  if (root.tree.open !== 0) throw new Error('an element of the document was left open');
  root.tree.end(root.ref);
}

/** An element for others: `Sect`, `Table`, `TR`. It has to be ended, before its parent is. */
export function openTag(doc: PdfDocument, parent: Tag, type: string, options?: TagOptions): Tag {
  return parent.open(elementOf(doc, type, options));
}

/** An element whose content is what `draw` draws, on the current page only and with no other element in it. */
export function tagged(
  doc: PdfDocument,
  parent: Tag,
  type: string,
  draw: () => void,
  options?: TagOptions,
): void {
  const ref = doc.ref({});
  const { page } = doc;
  const mcid = parent.tree.ownNext(ref);
  const mark: PDFKit.Mixins.MarkingOptions & { readonly mcid: number } = { mcid };
  doc.markContent(type, mark);
  draw();
  if (doc.page !== page) throw new Error('content of one element on two pages');
  doc.endMarkedContent();
  parent.addLeaf(ref, { ...elementOf(doc, type, options), Pg: page.dictionary, K: mcid });
}

/** A cell that may have no content; then no empty piece is marked on the page. */
export function taggedCell(
  doc: PdfDocument,
  row: Tag,
  type: 'TH' | 'TD',
  draw: (() => void) | undefined,
  scope?: 'Row' | 'Column',
): void {
  const options = scope === undefined ? {} : { scope };
  if (draw !== undefined) tagged(doc, row, type, draw, options);
  else row.addLeaf(doc.ref({}), elementOf(doc, type, options));
}

/**
 * The place of a field of the current page among what is read (§14.7.4.3): an element `Form`. Answers the field's
 * `StructParent`.
 */
export function tagField(doc: PdfDocument, parent: Tag, field: Ref, alt: string): number {
  const ref = doc.ref({});
  const Pg = doc.page.dictionary;
  parent.addLeaf(ref, { ...elementOf(doc, 'Form', { alt }), Pg, K: { Type: 'OBJR', Obj: field } });
  return parent.tree.ownObject(ref);
}

/** What is drawn for the eye only: `Pagination` is what stands on every page, `Layout` are lines and grounds. */
export function artifact(doc: PdfDocument, type: 'Pagination' | 'Layout', draw: () => void): void {
  doc.markContent('Artifact', { type });
  draw();
  doc.endMarkedContent();
}

function elementOf(doc: PdfDocument, type: string, options: TagOptions = {}): Entries {
  const { title, alt, scope, bbox } = options;
  const entries: Entries = { S: type };
  if (title !== undefined) entries['T'] = textString(title);
  if (alt !== undefined) entries['Alt'] = textString(alt);
  if (scope !== undefined) entries['A'] = { O: 'Table', Scope: scope };
  if (bbox !== undefined) {
    const { height } = doc.page;
    const BBox = [bbox[0], height - bbox[3], bbox[2], height - bbox[1]];
    entries['A'] = { O: 'Layout', Placement: 'Block', BBox };
  }
  return entries;
}
