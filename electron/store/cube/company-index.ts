import { atOnce, type Steps } from './steps';
import { type TextPack, TextPackBuilder } from './text-pack';

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

/** Takes the companies one by one. */
export class CompanyIndexBuilder {
  private readonly ids: number[] = [];
  private readonly regions: number[] = [];
  private readonly names = new TextPackBuilder('none');
  private readonly folded = new TextPackBuilder('characters');
  private readonly numbers = new Map<number, number>();

  add({ id, name, region }: CompanyRow): void {
    this.numbers.set(id, this.ids.length);
    this.ids.push(id);
    this.regions.push(region);
    this.names.add(name);
    this.folded.add(folded(name));
  }

  build(): CompanyIndex {
    return atOnce(this.steps());
  }

  /** As build, with pauses. */
  *steps(): Steps<CompanyIndex> {
    return new CompanyIndex({
      ids: new Float64Array(this.ids),
      regions: new Int32Array(this.regions),
      names: yield* this.names.steps(),
      folded: yield* this.folded.steps(),
      numbers: this.numbers,
    });
  }
}

interface CompanyParts {
  readonly ids: Float64Array;
  readonly regions: Int32Array;
  readonly names: TextPack;
  /** The same in search spelling, unit by unit. */
  readonly folded: TextPack;
  readonly numbers: ReadonlyMap<number, number>;
}

/** Names and regions of all companies, in memory. */
export class CompanyIndex {
  private readonly ids: Float64Array;
  private readonly regions: Int32Array;
  private readonly names: TextPack;
  private readonly folded: TextPack;
  private readonly numbers: ReadonlyMap<number, number>;

  constructor(parts: CompanyParts) {
    this.ids = parts.ids;
    this.regions = parts.regions;
    this.names = parts.names;
    this.folded = parts.folded;
    this.numbers = parts.numbers;
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
