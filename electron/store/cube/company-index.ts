import { TextPack } from './text-pack';

export interface CompanyRow {
  readonly id: number;
  readonly name: string;
  readonly region: number;
}

/** One spelling for search: sources write brackets in both widths and letters in both cases. */
const folded = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[A-Z]/g, (c) => c.toLowerCase());

/** Names and regions of all companies, in memory. */
export class CompanyIndex {
  private readonly ids: Float64Array;
  private readonly regions: Int32Array;
  private readonly names: TextPack;
  /** The same in search spelling, unit by unit. */
  private readonly folded: TextPack;
  private readonly numbers = new Map<number, number>();

  constructor(rows: readonly CompanyRow[]) {
    this.ids = Float64Array.from(rows, (row) => row.id);
    this.regions = Int32Array.from(rows, (row) => row.region);
    this.names = new TextPack(rows.map((row) => row.name));
    this.folded = new TextPack(rows.map((row) => folded(row.name)));
    rows.forEach((row, i) => {
      this.numbers.set(row.id, i);
    });
  }

  of(id: number): { readonly name: string; readonly region: number } | undefined {
    const i = this.numbers.get(id);
    return i === undefined ? undefined : { name: this.names.text(i), region: this.regions[i] ?? 0 };
  }

  /** Companies whose name contains the text, those that begin with it first; `at` in UTF-16 units. */
  byText(text: string): readonly {
    readonly id: number;
    readonly name: string;
    readonly region: number;
    readonly at: number;
  }[] {
    const found: { id: number; name: string; region: number; at: number }[] = [];
    this.folded.eachContaining(folded(text), (i, at) => {
      found.push({
        id: this.ids[i] ?? 0,
        name: this.names.text(i),
        region: this.regions[i] ?? 0,
        at,
      });
    });
    return found.sort((a, b) => (a.at === 0 ? 0 : 1) - (b.at === 0 ? 0 : 1) || a.id - b.id);
  }
}
