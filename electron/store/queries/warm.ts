import type { LapseModel } from '../../../shared/domain/forecast/lapse-model';
import { EMPTY_MARKS, type MarkIndex } from '../../../shared/domain/marks/marks';
import type { StatusCutoffs } from '../../../shared/domain/policy/cutoffs';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import { AppError } from '../../../shared/errors/app-error';
import type { SlowFigure } from '../../../shared/ipc/routes/board-making';
import { letPressPass } from '../../platform/press-pass';
import {
  buildColumns,
  buildCompanies,
  buildNames,
  CORE_COLUMNS,
  coreRow,
  inSteps,
  nameColumns,
  readMarked,
  readRenewedEnds,
  refreshNames,
} from '../cube/build';
import { buildHistory } from '../cube/build-history';
import type { CompanyIndex } from '../cube/company-index';
import { type CoreRow, Cube } from '../cube/cube';
import { DayCache } from '../cube/day-columns';
import { buildExams, type ExamResults } from '../cube/exam-results';
import type { History } from '../cube/history';
import { LapseKeeper, type LapseLesson } from '../cube/lapse-keeper';
import type { LapseLook } from '../cube/lapse-look';
import { type HowFar, Made, ofLatest } from '../cube/making';
import type { Names } from '../cube/names';
import { type PastDay, pastDay, TREND_POINTS, TrendColumns } from '../cube/past';
import { RenewedPeriods } from '../cube/renewed-periods';
import type { SavedColumns } from '../cube/saved/saved-columns';
import { buildStaffing, type Staffing } from '../cube/staffing';
import { pause, withPauses } from '../cube/steps';
import type { ReadableDb } from '../database';
import type { Touched } from '../slice/page-rows';
import { raw, sql } from '../sql/tag';
import { intOf } from '../sql/values';

const MAX_PAST_DAYS = 2;

/** The columns: all that figures need. */
export interface Columns {
  readonly cube: Cube;
  readonly days: DayCache;
}

/** What is kept in memory beside an open slice; all of it derives from the file. */
export interface Memory extends Columns {
  names: Names;
  companies: CompanyIndex;
}

/** Builds the copies in memory in the background and keeps them up to date. */
export class Warm {
  private db: ReadableDb;
  private columns: Promise<Columns>;
  private memory: Promise<Memory>;
  private built: Memory | undefined;
  private pendingChanges = 0;
  private periodsMade: Promise<RenewedPeriods> | undefined;
  /** Read when first asked for, and anew after changes. */
  private examsMade: Promise<ExamResults> | undefined;
  private staffMade: Promise<Staffing> | undefined;
  private historyMade: Promise<History> | undefined;
  private trendMade: Made<TrendColumns> | undefined;
  /** Days before today that were looked at last: the board's own and the one that it is held against. */
  private readonly pastMade = new Map<number, Promise<PastDay>>();
  /** What the forecast learns from and what it learned. */
  private lapseMade: LapseKeeper | undefined;
  /** Changes are applied one after the other, after the build. */
  private queue: Promise<unknown>;
  /** Questions that wait for the columns alone: names let them go first. */
  private hurried = 0;
  private isOver = false;
  /** What is to be overwritten at the end. */
  private held: { readonly zero: () => void }[] = [];

  constructor(
    db: ReadableDb,
    private marks: MarkIndex = EMPTY_MARKS,
    /** Columns as they were saved; null: all is read from the rows. */
    private saved: SavedColumns | null = null,
  ) {
    this.db = db;
    this.columns = this.buildColumns();
    this.memory = this.build();
    // A failed build shows at the first query that needs it.
    this.queue = this.memory.catch(() => undefined);
  }

  /** The same rows over another connection: their file was moved, and the one before is closed. */
  moveTo(db: ReadableDb, saved: SavedColumns): void {
    this.db = db;
    this.saved = saved;
  }

  private async buildColumns(): Promise<Columns> {
    const cube = this.hold(await buildColumns(this.db, this.marks, this.saved));
    return { cube, days: new DayCache() };
  }

  private async build(): Promise<Memory> {
    const { cube, days } = await this.columns;
    const giveWay = async (): Promise<void> => {
      do await pause();
      while (this.hurried > 0);
      await letPressPass();
    };
    const names = await buildNames(this.db, giveWay);
    const companies = await buildCompanies(this.db, giveWay);
    await nameColumns(this.db, cube, giveWay);
    this.built = { cube, names, companies, days };
    return this.built;
  }

  /** Columns and what is read with them, before names where those are still to come. */
  private async hurrying<T>(read: () => Promise<T>): Promise<T> {
    this.hurried++;
    try {
      return await read();
    } finally {
      this.hurried--;
    }
  }

  /** Everything anew, from the rows alone: what was saved said other things than they. */
  rebuild(): Promise<void> {
    this.saved = null;
    return this.enqueue(() => this.startAnew());
  }

  private async startAnew(): Promise<void> {
    this.held = [];
    // The file has the change already and nobody tells it again: copies without it must not answer.
    this.built = undefined;
    this.forgetPeriods();
    this.columns = this.buildColumns();
    this.memory = this.build();
    await this.memory;
  }

  /** Overwrites what is held. Nothing is answered from then on. */
  end(): void {
    this.isOver = true;
    this.built = undefined;
    this.stop('trend');
    this.stop('forecast');
    this.pastMade.clear();
    for (const one of this.held) one.zero();
    this.held = [];
  }

  private hold<T extends { readonly zero: () => void }>(one: T): T {
    if (this.isOver) {
      one.zero();
      throw new AppError('LOCKED');
    }
    this.held.push(one);
    return one;
  }

  /** The copies if they are up to date at this moment: look-ups by index do not wait for them. */
  get current(): Memory | undefined {
    return this.pendingChanges === 0 ? this.built : undefined;
  }

  /**
   * The copies, once built. While a page is being taken over, rows of it follow one after the other: a search never waits
   * for a synchronisation, which is not acknowledged before they have all of it.
   */
  async ready(): Promise<Memory> {
    const memory = await this.memory;
    if (this.isOver) throw new AppError('LOCKED');
    return memory;
  }

  /** As ready, for what needs no names: there much earlier after an opening. */
  async figures(): Promise<Columns> {
    const columns = await this.hurrying(() => this.columns);
    if (this.isOver) throw new AppError('LOCKED');
    return columns;
  }

  /** Periods for renewal rates: read when a board first asks. */
  periods(): Promise<RenewedPeriods> {
    this.periodsMade ??= this.history().then((history) =>
      withPauses(RenewedPeriods.steps(history)),
    );
    return this.hurrying(() => this.periodsMade as Promise<RenewedPeriods>);
  }

  /** Exams in the session's scope, which stays the same while a slice is open. */
  exams(scopes: readonly string[]): Promise<ExamResults> {
    this.examsMade ??= this.columns.then(async ({ cube }) =>
      this.hold(await buildExams(this.db, cube, scopes)),
    );
    return this.examsMade;
  }

  /** Headcounts and holders, for the certified-staff rate. */
  staff(): Promise<Staffing> {
    this.staffMade ??= this.columns.then(() => buildStaffing(this.db));
    return this.staffMade;
  }

  /** Events by certificate, for days that are past. */
  history(): Promise<History> {
    this.historyMade ??= this.columns.then(async ({ cube }) =>
      this.hold(await buildHistory(this.db, cube, this.saved)),
    );
    return this.historyMade;
  }

  /** The slice on a day before today, in steps when it is first asked for. */
  past(cutoffs: StatusCutoffs): Promise<PastDay> {
    const day = cutoffs.today;
    const known = this.pastMade.get(day);
    if (known !== undefined) return known;
    const made = Promise.all([this.figures(), this.history()]).then(([{ cube }, history]) =>
      withPauses(pastDay(cube, history, cutoffs)),
    );
    for (const oldest of this.pastMade.keys())
      if (this.pastMade.size >= MAX_PAST_DAYS) this.pastMade.delete(oldest);
    this.pastMade.set(day, made);
    made.catch(() => this.pastMade.delete(day));
    return made;
  }

  /** Month ends of the year up to the day. Throws CANCELLED where it is called off. */
  trend(pack: RulePack, day: number): Promise<TrendColumns> {
    return ofLatest(this.trendOf(pack, day), ({ result }) => result);
  }

  private trendOf(pack: RulePack, day: number): Made<TrendColumns> {
    const former = this.trendMade;
    if (former?.day === day && !former.isOld) return former;
    const made = new Made(day, TREND_POINTS, async (making) => {
      const { cube } = await this.columns;
      return this.hold(await TrendColumns.build(cube, await this.history(), { pack, day }, making));
    });
    this.trendMade = made;
    former?.replace(made);
    return made;
  }

  /** The forecast of the day, made anew after changes: as LapseKeeper.ready. */
  lapse(day: number): Promise<{ readonly model: LapseModel; readonly now: LapseLook }> {
    return ofLatest(this.lapseOf(day), (keeper) => keeper.ready());
  }

  /** As LapseKeeper.lesson. */
  lapseLesson(day: number): Promise<LapseLesson | null> {
    return ofLatest(this.lapseOf(day), (keeper) => keeper.lesson());
  }

  private lapseOf(day: number): LapseKeeper {
    const former = this.lapseMade;
    if (former?.day === day && !former.isOld) return former;
    const keeper = new LapseKeeper(day, Promise.all([this.columns, this.history()]));
    this.lapseMade = keeper;
    former?.replace(keeper);
    return keeper;
  }

  /** As LapseKeeper.take, of the forecast that is kept; one that was dropped meanwhile needs nothing. */
  takeLapse(key: string, model: LapseModel | null): void {
    this.lapseMade?.take(key, model);
  }

  /** How far the figures are that take longer than a moment; null: not being made. */
  making(): Readonly<Record<SlowFigure, HowFar | null>> {
    return { trend: this.trendMade?.howFar ?? null, forecast: this.lapseMade?.howFar ?? null };
  }

  /** Calls one of them off; false where it is not being made. */
  stop(what: SlowFigure): boolean {
    if (this.making()[what] === null) return false;
    if (what === 'trend') {
      this.trendMade?.making.callOff();
      this.trendMade = undefined;
    } else {
      this.lapseMade?.callOff();
      this.lapseMade = undefined;
    }
    return true;
  }

  forgetPeriods(companiesStay = false): void {
    this.periodsMade = undefined;
    this.forgetPast(companiesStay);
  }

  /** `companiesStay`: no row of a company is another one since. */
  private forgetPast(companiesStay = false): void {
    this.held = this.held.filter((one) => one instanceof Cube);
    this.examsMade = undefined;
    if (!companiesStay) this.staffMade = undefined;
    this.historyMade = undefined;
    this.trendMade = stillMaking(this.trendMade);
    this.lapseMade = stillMaking(this.lapseMade);
    this.pastMade.clear();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.pendingChanges++;
    const done = this.queue
      .then(work)
      .catch(() => this.startAnew())
      .finally(() => {
        this.pendingChanges--;
      });
    this.queue = done.catch(() => undefined);
    return done;
  }

  /** Other marks from now on: certificates under the former or the present ones are read anew. */
  async setMarks(marks: MarkIndex): Promise<void> {
    const former = this.marks;
    this.marks = marks;
    const certificates = await readMarked(this.db, former, marks);
    // Nothing to read anew: an opening does not wait for what is loaded beside it.
    if (certificates.length === 0) return;
    await this.refresh({ certificates, companies: [], names: [] });
  }

  rebuildNames(): Promise<void> {
    return this.enqueue(async () => {
      (await this.memory).names = await buildNames(this.db);
    });
  }

  refresh(touched: Touched): Promise<void> {
    return this.enqueue(async () => {
      const memory = await this.memory;
      const made = this.periodsMade;
      const periods = await made;
      const companies = touched.companies.length > 0 ? await buildCompanies(this.db) : undefined;
      const named =
        touched.names.length > 0
          ? await refreshNames(this.db, memory.names, touched.names)
          : undefined;
      const rows: (CoreRow | undefined)[] = [];
      const ends: ReturnType<typeof readRenewedEnds>[] = [];
      await inSteps(touched.certificates, (id) => {
        const row = this.db.get(sql`select ${raw(CORE_COLUMNS)} from certificate where id = ${id}`);
        rows.push(row && coreRow(row, this.marks, (holder) => this.nameIdOf(holder)));
        if (periods !== undefined) ends.push(readRenewedEnds(this.db, id));
      });
      const put = (i: number): void => {
        // Locked meanwhile: what was overwritten stays so.
        if (this.isOver) return;
        const [id, row, renewed] = [touched.certificates[i] ?? 0, rows[i], ends[i]];
        if (row === undefined) memory.cube.remove(id);
        else memory.cube.put(row);
        const at = memory.cube.indexOf(id);
        if (renewed !== undefined && at >= 0) periods?.set(at, renewed);
      };
      const places = touched.certificates.map((_, i) => i);
      if (named?.hasGone === true) {
        // Without a pause: a row whose name is gone already would be found by none.
        for (const i of places) put(i);
        memory.names = named.names;
      } else {
        // Names that came are there before the rows that bear them: each is found by its former or its new name at any time.
        memory.names = named?.names ?? memory.names;
        await inSteps(places, put);
      }
      // Made while rows came: of some as they were before, and nobody read their ends above.
      const companiesStay = touched.companies.length === 0;
      if (this.periodsMade === made) this.forgetPast(companiesStay);
      else this.forgetPeriods(companiesStay);
      memory.companies = companies ?? memory.companies;
      if (memory.cube.isSortDue) await withPauses(memory.cube.sortRows());
    });
  }

  private nameIdOf(holder: number): number {
    const value = this.db.value(sql`select nameId from person where id = ${holder}`);
    return value === undefined ? 0 : intOf(value);
  }
}

/** What is of rows that changed since: kept only while it is being made, for who waits, until the next one is begun. */
function stillMaking<M extends { readonly howFar: HowFar | null; isOld: boolean }>(
  made: M | undefined,
): M | undefined {
  if (made === undefined || made.howFar === null) return undefined;
  made.isOld = true;
  return made;
}
