import {
  buildCompanies,
  buildCube,
  buildNames,
  buildPeriods,
  CORE_COLUMNS,
  coreRow,
  refreshPeriods,
} from '../cube/build';
import type { CompanyIndex } from '../cube/company-index';
import type { Cube } from '../cube/cube';
import { DayCache } from '../cube/day-columns';
import type { NameIndex } from '../cube/name-index';
import type { RenewedPeriods } from '../cube/renewed-periods';
import type { ReadableDb } from '../database';
import type { Touched } from '../slice/apply-page';
import { raw, sql } from '../sql/tag';
import { intOf } from '../sql/values';

/** What is kept in memory beside an open slice; all of it derives from the file. */
export interface Memory {
  readonly cube: Cube;
  names: NameIndex;
  companies: CompanyIndex;
  readonly days: DayCache;
}

/** Builds the copies in memory in the background and keeps them up to date. */
export class Warm {
  private readonly db: ReadableDb;
  private memory: Promise<Memory>;
  private built: Memory | undefined;
  private pendingChanges = 0;
  private periodsMade: Promise<RenewedPeriods> | undefined;
  /** Changes are applied one after the other, after the build. */
  private queue: Promise<unknown>;

  constructor(db: ReadableDb) {
    this.db = db;
    this.memory = this.build();
    // A failed build shows at the first query that needs it.
    this.queue = this.memory.catch(() => undefined);
  }

  private async build(): Promise<Memory> {
    const names = await buildNames(this.db);
    const companies = await buildCompanies(this.db);
    const cube = await buildCube(this.db);
    this.built = { cube, names, companies, days: new DayCache() };
    return this.built;
  }

  /** The copies if they are up to date at this moment: look-ups by index do not wait for them. */
  get current(): Memory | undefined {
    return this.pendingChanges === 0 ? this.built : undefined;
  }

  /** The copies, once built and every known change applied. */
  async ready(): Promise<Memory> {
    await this.queue;
    return this.memory;
  }

  /** Periods for renewal rates: read when a board first asks. */
  async periods(): Promise<RenewedPeriods> {
    await this.queue;
    this.periodsMade ??= buildPeriods(this.db);
    return this.periodsMade;
  }

  forgetPeriods(): void {
    this.periodsMade = undefined;
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.pendingChanges++;
    const done = this.queue
      .then(work)
      .catch(async () => {
        // The file has the change already and nobody tells it again: copies without it must not answer.
        this.built = undefined;
        this.periodsMade = undefined;
        this.memory = this.build();
        await this.memory;
      })
      .finally(() => {
        this.pendingChanges--;
      });
    this.queue = done.catch(() => undefined);
    return done;
  }

  rebuildNames(): Promise<void> {
    return this.enqueue(async () => {
      (await this.memory).names = await buildNames(this.db);
    });
  }

  refresh(touched: Touched): Promise<void> {
    return this.enqueue(async () => {
      const memory = await this.memory;
      const periods = await this.periodsMade;
      const companies = touched.companies.length > 0 ? await buildCompanies(this.db) : undefined;
      const names = touched.hasNames ? await buildNames(this.db) : undefined;
      // From here on without a pause: no query may see new rows with former names.
      for (const id of touched.certificates) {
        const row = this.db.get(sql`select ${raw(CORE_COLUMNS)} from certificate where id = ${id}`);
        if (row === undefined) memory.cube.remove(id);
        else memory.cube.put(coreRow(row, (holder) => this.nameIdOf(holder)));
        if (periods !== undefined) refreshPeriods(this.db, periods, id);
      }
      memory.companies = companies ?? memory.companies;
      memory.names = names ?? memory.names;
    });
  }

  private nameIdOf(holder: number): number {
    const value = this.db.value(sql`select nameId from person where id = ${holder}`);
    return value === undefined ? 0 : intOf(value);
  }
}
