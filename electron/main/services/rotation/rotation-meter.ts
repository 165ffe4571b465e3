import type { RotationState } from '../../../../shared/ipc/routes/rotation';

type Run = NonNullable<RotationState['run']>;
export type RotationPhase = Run['phase'];
/** What of a run changes from moment to moment. */
export type RotationPace = Pick<Run, 'phase' | 'done' | 'total' | 'perSecond' | 'remainingMs'>;

/** Counts a phase and tells of every hundredth. */
export class RotationMeter {
  private phase: RotationPhase = 'field';
  private done = 0;
  private total = 0;
  private startedMs = 0;
  private told = -1;

  constructor(
    private readonly nowMs: () => number,
    private readonly tell: () => void,
  ) {}

  enter(phase: RotationPhase, total: number): void {
    this.phase = phase;
    this.startedMs = this.nowMs();
    this.told = -1;
    this.set(0, total);
  }

  add(done: number): void {
    this.set(Math.min(this.done + done, this.total), this.total);
  }

  set(done: number, total: number): void {
    this.done = done;
    this.total = total;
    const hundredth = total === 0 ? 0 : Math.floor((100 * done) / total);
    if (hundredth === this.told) return;
    this.told = hundredth;
    this.tell();
  }

  get pace(): RotationPace {
    const { phase, done, total } = this;
    const tookMs = this.nowMs() - this.startedMs;
    const perSecond = tookMs <= 0 ? 0 : (1000 * done) / tookMs;
    const remainingMs =
      perSecond === 0 || total === 0 ? null : Math.round((1000 * (total - done)) / perSecond);
    return { phase, done, total, perSecond, remainingMs };
  }
}
