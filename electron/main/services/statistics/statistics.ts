import { randomUUID } from 'node:crypto';
import type { Epsilon } from '../../../../shared/domain/statistics/discrete-laplace';
import { noisyTable } from '../../../../shared/domain/statistics/noisy-table';
import { epsilonOf, noiseBound, plainFilter } from '../../../../shared/domain/statistics/question';
import { AppError } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import type { StatisticsRelease } from '../../../../shared/ipc/routes/statistics';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { dayInShanghai, yearOf } from '../../../../shared/kernel/day';
import type { StatisticsStatement } from '../../../../shared/protocol/statistics';
import { KeyedStream } from '../../../crypto/keyed-stream';
import type { HighestSeen } from '../../../platform/clock';
import type { ChargeVerdict } from '../../../store/statistics-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { Resources } from '../tables/resources';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { budgetView, grantOf } from './budget-view';
import { folded, formOf, type TableForm } from './heads';
import { HourLimit } from './hour-limit';
import { nameRelease } from './release-name';
import { openSecret, statisticsSaid } from './share';

export interface StatisticsParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly clock: Pick<HighestSeen, 'highestMs'>;
  readonly resources: Pick<Resources, 'regions' | 'industries'>;
  /** What this device holds of its office now. */
  office(): OfficeFile;
}

type Question = ParsedInput<'statistics.release'>;

/** Tables counted within an hour, previews among them. */
const MOST_AN_HOUR = 60;
/** So often it is looked whether a synchronisation ended meanwhile. */
const MOST_TRIES = 4;
const RELEASES_SHOWN = 20;

/** A table as it is, which never leaves this service, and what names it. */
interface Counted {
  readonly form: TableForm;
  readonly counts: readonly (readonly number[])[];
  readonly day: number;
  readonly root: string;
  readonly said: StatisticsStatement;
  readonly year: number;
  readonly epsilon: Epsilon;
  /** The stream's purpose: question, data and ε. */
  readonly purpose: string;
  /** Its name in the ledger. */
  readonly key: string;
}

/**
 * Statistics that leave with noise. The store counts, this adds the noise, and what pages and files get is made from noisy
 * figures alone. A release is paid for and logged before any figure is answered.
 */
export class StatisticsService implements SessionListener {
  private last: StatisticsRelease | null = null;
  private limit = new HourLimit(MOST_AN_HOUR);

  constructor(private readonly parts: StatisticsParts) {}

  opened(): void {
    this.last = null;
    this.limit = new HourLimit(MOST_AN_HOUR);
  }

  closing(): void {
    this.last = null;
  }

  /** The release that was answered last. Throws STATISTICS_GONE. */
  held(id: string): StatisticsRelease {
    if (this.last?.id !== id) throw new AppError('STATISTICS_GONE');
    return this.last;
  }

  async state(): Promise<RouteOutput<'statistics.state'>> {
    const said = await statisticsSaid(this.parts.office());
    const ledger = await this.parts.store.call('statisticsLedger', {});
    return {
      budget: said === null ? null : budgetView(said, ledger, this.yearOf(said)),
      releases: ledger.charges.slice(0, RELEASES_SHOWN).map(({ table, epsilon, atMs }) => ({
        table,
        epsilon: `${epsilon.numerator}/${epsilon.denominator}`,
        atMs,
      })),
    };
  }

  async preview(question: Question): Promise<RouteOutput<'statistics.preview'>> {
    const { form, said, year, epsilon, ...counted } = await this.counted(question);
    const price = await this.charge(question, { form, said, year, epsilon, ...counted }, true);
    const ledger = await this.parts.store.call('statisticsLedger', {});
    const more = price === 'charged' ? [epsilon] : [];
    const isRefused = price !== 'free' && price !== 'charged';
    return {
      rows: [...form.rows],
      columns: [...form.columns],
      bound: noiseBound(epsilon),
      price,
      budget: budgetView(said, ledger, year),
      after: isRefused ? null : budgetView(said, ledger, year, more).left,
    };
  }

  /** Throws STATISTICS_BUDGET, STATISTICS_NO_SHARE, STATISTICS_CLOCK, STATISTICS_LIMIT, SLICE_EMPTY, BUSY. */
  async release(question: Question): Promise<StatisticsRelease> {
    const { store, sessions } = this.parts;
    const session = sessions.demand();
    const counted = await this.counted(question);
    const { form, counts, said, year, epsilon, purpose, day, root } = counted;
    const verdict = await this.charge(question, counted, false);
    const ledger = await store.call('statisticsLedger', {});
    const budget = budgetView(said, ledger, year);
    if (verdict === 'refused') throw new AppError('STATISTICS_BUDGET', { left: budget.left, year });
    if (verdict === 'no-share') throw new AppError('STATISTICS_NO_SHARE', { year });
    if (verdict === 'clock') throw new AppError('STATISTICS_CLOCK');
    const names = (heads: TableForm['rows']) => heads.map(({ code }) => code);
    const secret = await openSecret(session, said);
    const stream = new KeyedStream(secret, purpose);
    try {
      const exact = { rows: names(form.rows), columns: names(form.columns), counts };
      const { rows, columns, ...noisy } = noisyTable(exact, {
        epsilon,
        least: question.least,
        next: stream.next,
      });
      if (sessions.current?.view !== session.view) throw new AppError('LOCKED');
      this.last = {
        ...question,
        id: randomUUID(),
        day,
        root,
        atMs: this.parts.clock.highestMs(),
        wasPaid: verdict === 'free',
        rows: [...form.rows],
        columns: [...form.columns],
        cells: noisy.cells.map((line) => [...line]),
        rowSums: [...noisy.rowSums],
        columnSums: [...noisy.columnSums],
        sum: noisy.sum,
        suppressed: noisy.suppressed,
        bound: noiseBound(epsilon),
        budget,
      };
      return this.last;
    } finally {
      stream.end();
      secret.fill(0);
    }
  }

  /** Pays, or only asks what it would cost. */
  private async charge(
    { table, filter }: Question,
    { key, year, epsilon, day, root, said }: Counted,
    isAsked: boolean,
  ): Promise<ChargeVerdict> {
    const { userId } = this.parts.sessions.demand().view;
    const { numerator, denominator } = epsilon;
    const asked = filter === undefined ? {} : { filter: plainFilter(filter) };
    const payload = {
      ...{ table, epsilon: `${numerator}/${denominator}`, day, root, year, key },
      ...asked,
    };
    const { verdict } = await this.parts.store.call('statisticsCharge', {
      charge: { key, year, epsilon, table, atMs: this.parts.clock.highestMs() },
      grant: grantOf(said),
      audit: { kind: 'statistics-release', actor: userId, payload },
      isAsked,
    });
    return verdict;
  }

  /** Counts the table. The root is that of before and after, so that it names the data that was counted. */
  private async counted({ table, filter, epsilon: text }: Question): Promise<Counted> {
    const { store, sessions, resources, clock } = this.parts;
    const session = sessions.demand();
    const said = await statisticsSaid(this.parts.office());
    const year = this.yearOf(said);
    if (said === null) throw new AppError('STATISTICS_NO_SHARE', { year });
    this.limit.take(clock.highestMs());
    const scopes = session.view.regions;
    const epsilon = epsilonOf(text);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const root = await this.root();
      const codes = { ...resources, scopes, filter };
      const form = formOf(table, { ...codes, day: dayInShanghai(clock.highestMs()) });
      const { counts, day } = await store.call('statisticsCount', { table, filter, ...form.ask });
      const isSameDay = canonicalJson(formOf(table, { ...codes, day })) === canonicalJson(form);
      if (!isSameDay || (await this.root()) !== root) continue;
      const cells = folded(counts, form);
      const secret = await openSecret(session, said);
      try {
        const asked = { table, filter, scopes, day, ...form.ask, root, counts: cells, epsilon };
        const { purpose, key } = nameRelease(secret, asked);
        return { form, counts: cells, day, root, said, year, epsilon, purpose, key };
      } finally {
        secret.fill(0);
      }
    }
    throw new AppError('BUSY', {}, 'the slice changes while it is counted');
  }

  /** Throws SLICE_EMPTY. */
  private async root(): Promise<string> {
    const { checkpoint } = await this.parts.store.call('state', {});
    if (checkpoint === null) throw new AppError('SLICE_EMPTY');
    return checkpoint.root;
  }

  /** The later of the clock's and the share's: a clock set back opens no year again. */
  private yearOf(said: StatisticsStatement | null): number {
    const now = yearOf(dayInShanghai(this.parts.clock.highestMs()));
    return Math.max(now, said?.year ?? 0);
  }
}
