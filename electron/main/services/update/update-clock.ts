import type { NowMs, ServiceLog } from '../ports';
import type { Updates } from './updates';

const EVERY_MS = 60_000;
const CHECK_EVERY_MS = 6 * 3_600_000;
/** After the time of the managed configuration it may be installed for so long. */
const INSTALL_WINDOW_MINUTES = 60;

export interface UpdateClockParts {
  readonly updates: Updates;
  readonly hasLine: boolean;
  /** Local `HH:MM` at which it may be installed by itself; null: when the program ends. */
  readonly installAt: string | null;
  /** The managed configuration lets it come without being asked for. */
  readonly isAutomatic: boolean;
  /** Nothing but orders and changes is to cross the line now. */
  isLineSpared(): boolean;
  /** An emergency level leaves nothing but sticks. */
  isLineShut(): boolean;
  /** Nobody is logged in, restores, recovers or enrols: nothing is signed, written or waited for. */
  isAtRest(): boolean;
  /** Ends the program as its person would, and starts it again. */
  restart(): void;
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
}

/** Looks for new versions every few hours, lets them come, and installs what is due while nobody works. */
export class UpdateClock {
  private timer: ReturnType<typeof setInterval> | null = null;
  private nextCheckMs = 0;

  constructor(private readonly parts: UpdateClockParts) {}

  start(): void {
    this.timer ??= setInterval(() => void this.tick(), EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** What the clock does each minute. Never throws. */
  async tick(localTime = new Date(this.parts.nowMs())): Promise<void> {
    const { updates, installAt, log } = this.parts;
    const { ready } = updates;
    const isTime = installAt !== null && isWithin(installAt, localTime);
    const isWanted = ready === 'due' || (ready === 'waits' && isTime);
    if (isWanted && !updates.hasJustFailed && this.parts.isAtRest()) {
      this.stop();
      this.parts.restart();
      return;
    }
    try {
      // Routes refuse what a person asks for; what came by itself ends here, within the minute.
      if (this.parts.isLineShut()) await updates.leaveLine();
      else await this.look();
    } catch (error) {
      // A person is at it.
      log.info('update not looked for', { detail: String(error) });
    }
  }

  private async look(): Promise<void> {
    const { updates, hasLine, isAutomatic } = this.parts;
    if (!hasLine || this.parts.nowMs() < this.nextCheckMs) return;
    this.nextCheckMs = this.parts.nowMs() + CHECK_EVERY_MS;
    await updates.check();
    if (isAutomatic && updates.isWanted && !this.parts.isLineSpared()) await updates.bringFound();
  }
}

/** Whether the local time is within the window that begins at `HH:MM`, over midnight too. */
export function isWithin(begin: string, at: Date): boolean {
  const [hours = 0, minutes = 0] = begin.split(':').map(Number);
  const day = 24 * 60;
  const passed = (at.getHours() * 60 + at.getMinutes() - (hours * 60 + minutes) + day) % day;
  return passed < INSTALL_WINDOW_MINUTES;
}
