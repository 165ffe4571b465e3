/** A bookmark as qpdf tells it. */
export interface Outline {
  readonly title: string;
  readonly destpageposfrom1: number;
  readonly kids: readonly Outline[];
}

/** The tables in what `pdfinfo -struct-text` says: rows of cells, each with its lines joined. */
export function heardTables(said: string): string[][][] {
  const tables: string[][][] = [];
  for (const line of said.split('\n')) {
    const [, element = ''] = /^ *(Table|TR|TH|TD)\b/u.exec(line) ?? [];
    const rows = tables.at(-1);
    const cells = rows?.at(-1);
    if (element === 'Table') tables.push([]);
    else if (element === 'TR') rows?.push([]);
    else if (element !== '') cells?.push('');
    const [, text] = /^ *"(.*)"$/u.exec(line) ?? [];
    if (text !== undefined && cells !== undefined && cells.length > 0)
      cells[cells.length - 1] += text;
  }
  return tables;
}

/** An element of a page or a piece of its content, as pdf.js tells it. */
interface Node {
  readonly role?: string;
  readonly type?: string;
  readonly id?: string;
  readonly children?: readonly unknown[];
}

/** The pieces of content in a page's structure, each with the element that it lies in. */
export function contentOf(node: unknown, role = ''): string[] {
  const { type, id, children = [], role: own = role } = (node ?? {}) as Node;
  if (type === 'content') return [`${role} ${id}`];
  return children.flatMap((child) => contentOf(child, own));
}

/** Where a piece of content begins on a page, as pdf.js tells it: its element and its number; none for artifacts. */
export function markOf(item: object): string[] {
  const { type, tag, id } = item as { readonly type?: string; readonly tag?: string; id?: string };
  const isMark = type === 'beginMarkedContentProps' && tag !== 'Artifact';
  return isMark ? [`${tag} ${id}`] : [];
}
