import { wholeUpTo } from '../../../../shared/domain/sync/whole-up-to';
import { AppError } from '../../../../shared/errors/app-error';
import {
  type DeviceReport,
  MAX_FAILED_RUNS,
  REPORT_PATH,
  ReportAnswerSchema,
} from '../../../../shared/protocol/bundle';
import { FIRST_LEDGER } from '../../../../shared/protocol/statistics';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';
import type { Line } from '../sync/line';

/** Fact of the journal: end of the newest failed run that the server has been told of, UTC ms. */
const TOLD_FACT = 'report.told';
const RUNS_READ = 200;
const MAX_ANSWER_BYTES = 4_096;

export interface ReportParts {
  readonly store: StoreCaller;
  readonly program: string;
  readonly nowMs: NowMs;
  /** The server's time of the data as it was signed, ms; null: nothing signed tells it. */
  asOf(): Promise<number | null>;
  /** The newest keys of the region that the session holds; null: it holds none. */
  keyEpoch(): number | null;
  /** Without a journal there is no ledger. */
  isEmergency(): boolean;
}

/** How this device stands, for the administrator at the centre. */
export class DeviceReports {
  /** What the server was told last, but for the time: the same again would cost bytes for nothing. */
  private told = '';

  constructor(private readonly parts: ReportParts) {}

  /** As of now, with the failed attempts that the server has not confirmed. */
  async make(): Promise<DeviceReport> {
    const { store } = this.parts;
    const { cursor, checkpoint } = await store.call('state', {});
    const outbox = await store.call('outboxState', {});
    const [first] = await store.call('outboxPending', { from: null, limit: 1 });
    const toldMs = Number(await store.call('factGet', { name: TOLD_FACT }));
    const runs = await store.call('syncRuns', { limit: RUNS_READ });
    const failures = runs
      .filter(({ outcome, endedMs }) => outcome === 'failed' && endedMs > toldMs)
      .sort((a, b) => b.endedMs - a.endedMs)
      .slice(0, MAX_FAILED_RUNS)
      .map(({ endedMs, error }) => ({ atMs: endedMs, code: error ?? 'INTERNAL' }));
    // Where a bundle can go on from: pages of a delta that broke off lie beyond.
    const whole = cursor === null ? -1 : wholeUpTo(cursor, checkpoint);
    // The centre judges by it how far an office is behind: a date that was only written into the file is none.
    const issuedMs = await this.parts.asOf();
    const applied =
      cursor === null || issuedMs === null || whole < 0
        ? null
        : { epoch: cursor.epoch, rseq: whole, issuedMs };
    const keyEpoch = this.parts.keyEpoch() ?? 1;
    const { ledger } = this.parts.isEmergency()
      ? { ledger: FIRST_LEDGER }
      : await store.call('statisticsLedger', {});
    return {
      program: this.parts.program.slice(0, 80),
      atMs: this.parts.nowMs(),
      applied,
      pending: outbox.pending,
      rejected: outbox.rejected,
      settled: first === undefined ? (outbox.last?.dseq ?? 0) : first.dseq - 1,
      failures,
      ...(keyEpoch > 1 ? { keyEpoch } : {}),
      ...(ledger === FIRST_LEDGER ? {} : { statisticsLedger: ledger }),
    };
  }

  /** Tells the server over the line what is new; failures that it keeps are not told again. Throws codes of the line. */
  async send(line: Line, signal: AbortSignal): Promise<void> {
    const report = await this.make();
    const news = JSON.stringify({ ...report, atMs: 0 });
    if (news === this.told) return;
    const sent = { method: 'POST', isRepeatable: true, path: REPORT_PATH } as const;
    const ask = { ...sent, body: report, signal };
    const answer = ReportAnswerSchema.safeParse(await line.json(ask, MAX_ANSWER_BYTES));
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'report answer');
    this.told = news;
    const [newest] = report.failures;
    if (newest === undefined || answer.data.kept < report.failures.length) return;
    await this.parts.store.call('factSet', { name: TOLD_FACT, value: String(newest.atMs) });
  }
}
