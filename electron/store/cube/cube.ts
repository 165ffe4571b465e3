import type { MarkIndex } from '../../../shared/domain/marks/marks';
import { isKnownKind } from '../../../shared/domain/model';
import { Dictionary } from './dictionary';
import { baseStatusOf, markedSince, readBase } from './read-base';
import { RowsBy } from './rows-by';
import type { NumberColumns } from './saved/packed';
import type { Steps } from './steps';

/** Kinds rest in a byte; what a newer centre numbers beyond it is one unknown kind. */
const MAX_KIND = 255;

/** What filters, statuses and boards need of one certificate; null where a value is absent. */
export interface CoreRow {
  readonly id: number;
  readonly kind: number;
  readonly category: number | null;
  readonly baseStatus: number;
  readonly region: number;
  readonly industry: number;
  readonly validFrom: number;
  readonly validTo: number;
  readonly reviewDue: number | null;
  readonly company: number | null;
  /** Training body. */
  readonly body: number | null;
  /** Id of the person who holds it. */
  readonly holder: number;
  /** Number of the holder's name, 0 when the holder is not in the slice. */
  readonly nameId: number;
  /** Day since which it is marked as 核查中. */
  readonly markedFrom?: number | undefined;
}

type CertificateColumns = readonly [
  ids: Float64Array,
  kind: Float64Array,
  category: Float64Array,
  base: Float64Array,
  region: Float64Array,
  industry: Float64Array,
  from: Float64Array,
  to: Float64Array,
  due: Float64Array,
  company: Float64Array,
  holder: Float64Array,
  body: Float64Array,
  issuer: Float64Array,
];

function clear({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
  new Uint8Array(buffer, byteOffset, byteLength).fill(0);
}

/** What of a certificate changes with time; a kind of 0 is a row that did not exist yet. */
export type DatedColumns = Pick<
  Cube,
  'kind' | 'baseStatus' | 'validFrom' | 'validTo' | 'reviewDue'
>;

const INITIAL_ROWS = 16_384;
/** Beyond it no count that a file states is believed beforehand: room is made as rows come. */
const MAX_FORETOLD = 4_000_000;
/** Changed rows that are remembered one by one. */
const MAX_NOTED = 32_768;
/** Rows whose names are numbered between two pauses. */
const ROWS_PER_STEP = 8_192;
/** Of more than this part of all rows a pass over all is the shorter way. */
const FEW = 8;

/**
 * Every certificate as typed columns, about 45 bytes a row: any filter over a million rows is one
 * pass of some milliseconds. Rows stand in order of id after a build; later ones are appended.
 * A removed row has kind 0.
 */
export class Cube {
  count = 0;
  ids: Float64Array;
  kind: Uint8Array;
  baseStatus: Uint8Array;
  industry: Uint8Array;
  category: Uint16Array;
  /** Number in `regions`. */
  region: Uint16Array;
  validFrom: Int32Array;
  validTo: Int32Array;
  /** 0: no review. */
  reviewDue: Int32Array;
  /** Number in `companies` plus 1; 0: none. */
  company: Uint32Array;
  /** Number in `bodies` plus 1; 0: none. */
  body: Uint16Array;
  holder: Float64Array;
  nameId: Uint32Array;
  /** Day since which a row is marked as 核查中, 0: it is not; without room while there are no marks. */
  markedFrom = new Int32Array(0);
  readonly bodies = new Dictionary();
  readonly regions = new Dictionary();
  readonly companies = new Dictionary();
  /** Grows with every change: caches over the cube carry it. */
  version = 0;
  private sortedCount = 0;
  private readonly tail = new Map<number, number>();
  private rowsByName: RowsBy | undefined;
  private rowsByCompany: RowsBy | undefined;
  /** Rows changed since version `changedFrom`, one each version. */
  private changed: number[] = [];
  private changedFrom = 0;

  /** `rows`: as many are expected; columns that grow to their size copy a million rows several times over. */
  constructor(rows = 0) {
    const room = Math.min(rows, MAX_FORETOLD) + INITIAL_ROWS;
    this.ids = new Float64Array(room);
    this.kind = new Uint8Array(room);
    this.baseStatus = new Uint8Array(room);
    this.industry = new Uint8Array(room);
    this.category = new Uint16Array(room);
    this.region = new Uint16Array(room);
    this.validFrom = new Int32Array(room);
    this.validTo = new Int32Array(room);
    this.reviewDue = new Int32Array(room);
    this.company = new Uint32Array(room);
    this.body = new Uint16Array(room);
    this.holder = new Float64Array(room);
    this.nameId = new Uint32Array(room);
  }

  private grow(least = 0): void {
    const rows = Math.max(least, Math.ceil(this.ids.length * 1.5));
    const wider = <T extends Float64Array | Uint8Array | Uint16Array | Int32Array | Uint32Array>(
      to: T,
      from: T,
    ): T => {
      to.set(from);
      return to;
    };
    this.ids = wider(new Float64Array(rows), this.ids);
    this.kind = wider(new Uint8Array(rows), this.kind);
    this.baseStatus = wider(new Uint8Array(rows), this.baseStatus);
    this.industry = wider(new Uint8Array(rows), this.industry);
    this.category = wider(new Uint16Array(rows), this.category);
    this.region = wider(new Uint16Array(rows), this.region);
    this.validFrom = wider(new Int32Array(rows), this.validFrom);
    this.validTo = wider(new Int32Array(rows), this.validTo);
    this.reviewDue = wider(new Int32Array(rows), this.reviewDue);
    this.company = wider(new Uint32Array(rows), this.company);
    this.body = wider(new Uint16Array(rows), this.body);
    this.holder = wider(new Float64Array(rows), this.holder);
    this.nameId = wider(new Uint32Array(rows), this.nameId);
    if (this.markedFrom.length > 0) this.markedFrom = wider(new Int32Array(rows), this.markedFrom);
  }

  private mark(i: number, since: number): void {
    if (since !== 0 && this.markedFrom.length === 0)
      this.markedFrom = new Int32Array(this.ids.length);
    if (this.markedFrom.length > 0) this.markedFrom[i] = since;
  }

  /**
   * Adds rows with ids above all there are, in the order of SAVED_COLUMNS.certificate, with marks laid over their base
   * status. Names are numbered later.
   */
  append({ count, values }: NumberColumns, marks: MarkIndex): void {
    const first = this.count;
    const end = first + count;
    if (end > this.ids.length) this.grow(end);
    const [
      ids,
      kind,
      category,
      base,
      region,
      industry,
      from,
      to,
      due,
      company,
      holder,
      body,
      issuer,
    ] = values.map((column) => column.subarray(0, count)) as unknown as CertificateColumns;
    this.ids.set(ids, first);
    this.kind.set(kind, first);
    // What is absent is no number, and becomes 0.
    this.category.set(category, first);
    this.industry.set(industry, first);
    this.validFrom.set(from, first);
    this.validTo.set(to, first);
    this.reviewDue.set(due, first);
    this.holder.set(holder, first);
    for (let i = 0; i < count; i++) {
      const firm = company[i] ?? Number.NaN;
      const school = body[i] ?? Number.NaN;
      const hasFirm = !Number.isNaN(firm);
      const hasSchool = !Number.isNaN(school);
      this.region[first + i] = this.regions.numberOf(region[i] ?? 0);
      this.company[first + i] = hasFirm ? this.companies.numberOf(firm) + 1 : 0;
      this.body[first + i] = hasSchool ? this.bodies.numberOf(school) + 1 : 0;
      const status = base[i] ?? 0;
      const code = kind[i] ?? 0;
      if (code > MAX_KIND) this.kind[first + i] = MAX_KIND;
      if (marks.isEmpty && isKnownKind(code)) this.baseStatus[first + i] = baseStatusOf(status);
      else {
        const subject = {
          id: ids[i] ?? 0,
          company: hasFirm ? firm : null,
          body: hasSchool ? school : null,
          issuer: issuer[i] ?? 0,
          kind: code,
        };
        this.baseStatus[first + i] = readBase(status, marks, subject);
        this.mark(first + i, markedSince(marks, subject));
      }
    }
    if (this.sortedCount === first) this.sortedCount = end;
    else ids.forEach((id, i) => void this.tail.set(id, first + i));
    this.count = end;
    this.forgetChanges();
  }

  /** Copies over the whole cube are to be made anew. */
  private forgetChanges(): void {
    this.version++;
    this.changed = [];
    this.changedFrom = this.version;
  }

  /** Numbers of the holders' names, which a build brings after everything else. */
  *nameRows(nameIdOf: (holder: number) => number): Steps<void> {
    for (let i = 0; i < this.count; i++) {
      this.nameId[i] = (this.kind[i] ?? 0) === 0 ? 0 : nameIdOf(this.holder[i] ?? 0);
      if (i % ROWS_PER_STEP === 0) yield;
    }
  }

  /** Overwrites what it holds: the desk is locked. */
  zero(): void {
    this.count = 0;
    this.sortedCount = 0;
    for (const column of Object.values(this)) if (ArrayBuffer.isView(column)) clear(column);
    for (const held of [this.regions, this.companies, this.bodies]) held.zero();
    this.rowsByName?.zero();
    this.rowsByCompany?.zero();
    this.changed.fill(0);
    this.tail.clear();
  }

  /** Index of a certificate by id, or -1. */
  indexOf(id: number): number {
    let low = 0;
    let high = this.sortedCount - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = this.ids[middle] ?? 0;
      if (at === id) return middle;
      if (at < id) low = middle + 1;
      else high = middle - 1;
    }
    return this.tail.get(id) ?? -1;
  }

  private note(i: number): void {
    this.version++;
    this.changed.push(i);
    if (this.changed.length > MAX_NOTED) this.forgetChanges();
  }

  /** Rows that changed after a version, some more than once; null where that is not known any more. */
  changedSince(version: number): readonly number[] | null {
    return version < this.changedFrom ? null : this.changed.slice(version - this.changedFrom);
  }

  /**
   * Sorts the rows by name and company; before that, and for many names, a question passes over all rows. No row may be
   * put before the last step.
   */
  *sortRows(): Steps<void> {
    const byName = yield* RowsBy.steps(this.nameId, this.count);
    this.rowsByCompany = yield* RowsBy.steps(this.company, this.count);
    this.rowsByName = byName;
  }

  /** So many rows changed that they should be sorted again. */
  get isSortDue(): boolean {
    return this.rowsByName?.isDue === true || this.rowsByCompany?.isDue === true;
  }

  /** Rows that may bear one of the names, ascending; null where a pass over all is the shorter way. */
  rowsOfNames(names: Iterable<number>): Uint32Array | null {
    return this.rowsByName?.rowsOf(names, this.count / FEW) ?? null;
  }

  /** Calls with each row whose holder bears the name, ascending. */
  eachOfName(name: number, tell: (i: number) => void): void {
    const rows = this.rowsByName?.rowsOf([name], this.count);
    for (let k = 0; k < (rows?.length ?? this.count); k++) {
      const i = rows?.[k] ?? k;
      if (this.nameId[i] === name && (this.kind[i] ?? 0) !== 0) tell(i);
    }
  }

  /** The same of companies, by their numbers in `companies` plus 1. */
  rowsOfCompanies(companies: Iterable<number>): Uint32Array | null {
    return this.rowsByCompany?.rowsOf(companies, this.count / FEW) ?? null;
  }

  private set(i: number, row: CoreRow): void {
    this.ids[i] = row.id;
    this.kind[i] = Math.min(row.kind, MAX_KIND);
    this.baseStatus[i] = row.baseStatus;
    this.industry[i] = row.industry;
    this.category[i] = row.category ?? 0;
    this.region[i] = this.regions.numberOf(row.region);
    this.validFrom[i] = row.validFrom;
    this.validTo[i] = row.validTo;
    this.reviewDue[i] = row.reviewDue ?? 0;
    const company = row.company === null ? 0 : this.companies.numberOf(row.company) + 1;
    const isOtherCompany = this.company[i] !== company;
    const isOtherName = this.nameId[i] !== row.nameId;
    this.company[i] = company;
    this.body[i] = row.body === null ? 0 : this.bodies.numberOf(row.body) + 1;
    this.holder[i] = row.holder;
    this.nameId[i] = row.nameId;
    this.mark(i, row.markedFrom ?? 0);
    if (isOtherCompany) this.rowsByCompany?.add(company, i);
    if (isOtherName) this.rowsByName?.add(row.nameId, i);
    this.note(i);
  }

  /** Adds or replaces a row. Ascending new ids keep the sorted part whole. */
  put(row: CoreRow): void {
    const known = this.indexOf(row.id);
    if (known >= 0) {
      this.set(known, row);
      return;
    }
    const i = this.count++;
    if (i >= this.ids.length) this.grow();
    if (this.sortedCount === i && (i === 0 || (this.ids[i - 1] ?? 0) < row.id)) this.sortedCount++;
    else this.tail.set(row.id, i);
    this.set(i, row);
  }

  remove(id: number): void {
    const i = this.indexOf(id);
    if (i < 0) return;
    this.kind[i] = 0;
    this.nameId[i] = 0;
    this.company[i] = 0;
    this.note(i);
  }

  /** The same rows with other dates and statuses; everything else is shared, and the copy is not kept up to date. */
  asOf(columns: DatedColumns): Cube {
    return Object.assign(new Cube(), this, columns);
  }

  /** Six-digit region code of row i. */
  regionOf(i: number): number {
    return this.regions.values[this.region[i] ?? 0] ?? 0;
  }
}
