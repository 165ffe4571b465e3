import type { FileKind } from '../migrations/run';
import type { SqlValue } from '../sql/values';
import { TreePage } from './btree';
import type { PageFile } from './page-file';
import { type TableShape, tableShapes } from './schema-shape';

const SCHEMA_ROOT = 1;

/** What a damaged page held, as far as the pages around it tell. */
export interface DamagedPart {
  readonly page: number;
  /** Null where nothing leads to the page any more. */
  readonly table: string | null;
  /** `rows`: rows are lost; `index`: only a way to them; `free`: nothing was in it. */
  readonly part: 'rows' | 'index' | 'free' | 'unknown';
  /** Rows with ids above `after` and up to `until` lay there; null: no bound is known. */
  readonly after: number | null;
  readonly until: number | null;
}

interface Tree {
  readonly table: string;
  readonly root: number;
  readonly isRows: boolean;
}

/** A row found without the engine. */
export interface FoundRow {
  readonly rowid: number;
  readonly values: readonly SqlValue[];
}

/** Walks a file's trees page by page, steps over what is damaged, and says what was there. */
export class Survey {
  readonly damaged: DamagedPart[] = [];
  /** Rows on whole pages, by table; a row that goes on in a damaged page is counted in. */
  readonly readableRows: Record<string, number> = {};
  private readonly shapes: readonly TableShape[];
  private readonly reached = new Set<number>();
  private readonly leaves = new Map<string, number[]>();

  constructor(
    private readonly pages: PageFile,
    kind: FileKind,
    /** Numbers of pages that were found damaged. */
    faults: readonly number[],
  ) {
    this.shapes = tableShapes(kind);
    for (const shape of this.shapes) {
      this.leaves.set(shape.name, []);
      this.readableRows[shape.name] = 0;
    }
    this.walk({ table: 'sqlite_schema', root: SCHEMA_ROOT, isRows: false });
    for (const tree of this.trees()) this.walk(tree);
    const free = this.freePages();
    const told = new Set(this.damaged.map((one) => one.page));
    for (const page of faults) {
      if (told.has(page)) continue;
      const isReplaced = pages.page(page) !== undefined && !pages.outdated.has(page);
      const part = free.has(page) || isReplaced ? 'free' : 'unknown';
      this.damaged.push({ page, table: null, part, after: null, until: null });
    }
    if (this.damaged.some((one) => one.part !== 'free')) this.adoptOrphans(free);
  }

  /** Whether anything that is read by people is lost, rather than a way to it. */
  get losesRows(): boolean {
    return this.damaged.some((one) => one.part === 'rows' || one.part === 'unknown');
  }

  /** Every row of a table that lies on whole pages. */
  *rows(table: string): Generator<FoundRow> {
    const shape = this.shapes.find((one) => one.name === table);
    if (shape === undefined) return;
    for (const number of this.pagesOf(table)) {
      const page = this.tree(number);
      for (const cell of page?.cells ?? []) {
        const found = page?.record(this.pages, cell);
        if (found === undefined || !fits(found, shape)) continue;
        const values = found.map((value, i) => (i === shape.rowidAt ? cell.rowid : value));
        yield { rowid: cell.rowid, values };
      }
    }
  }

  get tables(): readonly string[] {
    return this.shapes.map((shape) => shape.name);
  }

  /** Numbers of the whole pages that carry rows of a table. */
  pagesOf(table: string): readonly number[] {
    return this.leaves.get(table) ?? [];
  }

  columnsOf(table: string): readonly string[] {
    return this.shapes.find((one) => one.name === table)?.columns.map((one) => one.name) ?? [];
  }

  private tree(number: number): TreePage | undefined {
    const bytes = this.pages.page(number);
    return bytes === undefined ? undefined : TreePage.parse(bytes, number);
  }

  /** Tables and indexes with their roots, out of the file's own schema. */
  private trees(): Tree[] {
    const trees: Tree[] = [];
    for (const number of [...this.reached]) {
      const page = this.tree(number);
      if (page?.kind !== 'table-leaf') continue;
      for (const cell of page.cells) {
        const row = page.record(this.pages, cell);
        const [type, , table, root] = row ?? [];
        if (typeof table !== 'string' || typeof root !== 'number' || root === 0) continue;
        trees.push({ table, root, isRows: type === 'table' });
      }
    }
    return trees;
  }

  private walk(tree: Tree): void {
    const shape = this.shapes.find((one) => one.name === tree.table);
    const open = [{ page: tree.root, after: null as number | null, until: null as number | null }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.reached.has(next.page)) continue;
      this.reached.add(next.page);
      const page = this.tree(next.page);
      if (page === undefined) {
        const part = tree.isRows ? 'rows' : 'index';
        this.damaged.push({ ...next, table: tree.table, part });
        continue;
      }
      if (tree.isRows && shape !== undefined) this.take(page, next.page, shape);
      let { after } = next;
      const children: { page: number; after: number | null; until: number | null }[] = [];
      const hasIds = page.kind === 'table-inner';
      for (const cell of page.kind.endsWith('inner') ? page.cells : []) {
        children.push({ page: cell.child, after, until: hasIds ? cell.rowid : null });
        if (hasIds) after = cell.rowid;
      }
      if (page.rightmost !== 0) children.push({ page: page.rightmost, after, until: next.until });
      open.push(...children.reverse());
    }
  }

  /** Notes a page that carries rows of a table. */
  private take(page: TreePage, number: number, shape: TableShape): void {
    const carries = shape.hasRowid ? page.kind === 'table-leaf' : page.kind.startsWith('index');
    if (!carries) return;
    this.leaves.get(shape.name)?.push(number);
    this.readableRows[shape.name] = (this.readableRows[shape.name] ?? 0) + page.cells.length;
  }

  /** Pages of the free list: what is left in them was deleted. */
  private freePages(): ReadonlySet<number> {
    const free = new Set<number>();
    const first = this.pages.page(1);
    for (let trunk = first?.readUInt32BE(32) ?? 0; trunk !== 0 && !free.has(trunk); ) {
      free.add(trunk);
      const page = this.pages.page(trunk);
      if (page === undefined) break;
      const count = Math.min(page.readUInt32BE(4), page.length / 4 - 2);
      for (let i = 0; i < count; i++) free.add(page.readUInt32BE(8 + 4 * i));
      trunk = page.readUInt32BE(0);
    }
    return free;
  }

  /** Whole pages that only a damaged page led to: their table is told by the shape of their rows. */
  private adoptOrphans(free: ReadonlySet<number>): void {
    for (let number = 2; number <= this.pages.pages; number++) {
      if (this.reached.has(number) || free.has(number)) continue;
      const page = this.tree(number);
      if (page === undefined || page.kind === 'table-inner') continue;
      const rows = page.cells.slice(0, 8).map((cell) => page.record(this.pages, cell));
      const isTable = page.kind === 'table-leaf';
      const shape = this.shapes.find(
        (one) =>
          one.hasRowid === isTable &&
          rows.some(
            (row) => row !== undefined && row.length === one.columns.length && fits(row, one),
          ),
      );
      // The manifest's one row has the shape of a fact.
      const isManifest = rows[0]?.[0] === 'kind' && rows.length === 1;
      if (shape !== undefined && !isManifest) this.take(page, number, shape);
    }
  }
}

/** Whether a record can be a row of the table; later columns may be missing in older rows. */
function fits(values: readonly SqlValue[], shape: TableShape): boolean {
  const { columns, rowidAt } = shape;
  if (values.length === 0 || values.length > columns.length) return false;
  return values.every((value, i) => {
    const column = columns[i];
    if (column === undefined) return false;
    if (value === null) return i === rowidAt || column.isNullable;
    return typeOf(value) === column.type.toLowerCase();
  });
}

function typeOf(value: SqlValue): string {
  if (typeof value === 'number') return 'integer';
  return typeof value === 'string' ? 'text' : 'blob';
}
