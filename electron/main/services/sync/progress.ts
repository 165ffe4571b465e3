import type { SyncProgress } from '../../../../shared/ipc/routes/sync';
import type { NowMs } from '../ports';

const MIN_INTERVAL_MS = 200;
/** Rate over the last seconds: an average over the run would not notice that the line got slow. */
const WINDOW_MS = 5_000;

type Phase = SyncProgress['phase'];

/** Counts one run and tells about it, five times a second at most and at each change of phase. */
export class ProgressMeter {
  private state: SyncProgress;
  private told = 0;
  private readonly samples: { readonly atMs: number; readonly rows: number }[] = [];

  constructor(
    runId: string,
    private readonly nowMs: NowMs,
    private readonly tell: (progress: SyncProgress) => void,
    /** What the line has carried since the run began; undefined without a line. */
    private readonly carried: () => number | undefined = () => undefined,
  ) {
    this.state = {
      runId,
      phase: 'connecting',
      isFirst: false,
      doneRows: 0,
      totalRows: 0,
      bytes: 0,
      carriedBytes: 0,
      totalBytes: 0,
      rowsPerSecond: 0,
      remainingMs: null,
    };
  }

  get current(): SyncProgress {
    return { ...this.state, carriedBytes: this.carried() ?? this.state.bytes };
  }

  /** Enters a phase; totals start anew where it has its own. */
  enter(phase: Phase, totals?: { readonly rows: number; readonly bytes: number }): void {
    if (totals === undefined) {
      this.state = { ...this.state, phase };
    } else {
      this.samples.length = 0;
      this.state = {
        ...this.state,
        phase,
        doneRows: 0,
        totalRows: totals.rows,
        totalBytes: this.state.bytes + totals.bytes,
        rowsPerSecond: 0,
        remainingMs: null,
      };
    }
    this.tellNow();
  }

  markFirst(): void {
    this.state = { ...this.state, isFirst: true };
  }

  addBytes(bytes: number): void {
    this.state = { ...this.state, bytes: this.state.bytes + bytes };
    this.tellSometimes();
  }

  addRows(rows: number): void {
    this.setRows(this.state.doneRows + rows, this.state.totalRows);
  }

  /** Sets rows done and to do; rate and remaining time follow. */
  setRows(doneRows: number, totalRows: number): void {
    const atMs = this.nowMs();
    // A step that counts from zero again has a rate of its own.
    if (doneRows < this.state.doneRows) this.samples.length = 0;
    this.samples.push({ atMs, rows: doneRows });
    while (this.samples.length > 2 && atMs - (this.samples[0]?.atMs ?? atMs) > WINDOW_MS) {
      this.samples.shift();
    }
    const first = this.samples[0] ?? { atMs, rows: doneRows };
    const seconds = (atMs - first.atMs) / 1_000;
    const rowsPerSecond = seconds > 0 ? (doneRows - first.rows) / seconds : 0;
    const left = Math.max(0, totalRows - doneRows);
    const remainingMs = rowsPerSecond > 0 ? Math.round((left / rowsPerSecond) * 1_000) : null;
    this.state = { ...this.state, doneRows, totalRows, rowsPerSecond, remainingMs };
    this.tellSometimes();
  }

  private tellSometimes(): void {
    if (this.nowMs() - this.told >= MIN_INTERVAL_MS) this.tellNow();
  }

  private tellNow(): void {
    this.told = this.nowMs();
    this.tell(this.current);
  }
}
