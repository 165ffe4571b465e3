import type { PowerMonitor, WebContents } from 'electron';

const POLL_MS = 5_000;

/**
 * When somebody last touched the machine: the smaller of the system's figure, where the desktop reports one, and the time
 * since the last input in our own windows.
 */
export class Presence {
  private lastInputMs: number;
  /** A desktop that cannot tell answers 0 for ever; it must not count as somebody being there. */
  private isSystemTelling = false;

  constructor(
    private readonly power: Pick<PowerMonitor, 'getSystemIdleTime'>,
    private readonly nowMs: () => number,
  ) {
    this.lastInputMs = nowMs();
  }

  /** Input in a window counts as presence. */
  follow(contents: WebContents): void {
    const touched = () => {
      this.lastInputMs = this.nowMs();
    };
    contents.on('before-input-event', touched);
    contents.on('cursor-changed', touched);
    contents.on('input-event', touched);
  }

  /** Since then, ms. */
  awayMs(): number {
    const systemMs = this.power.getSystemIdleTime() * 1_000;
    this.isSystemTelling ||= systemMs > 0;
    const sinceInputMs = this.nowMs() - this.lastInputMs;
    return this.isSystemTelling ? Math.min(sinceInputMs, systemMs) : sinceInputMs;
  }
}

/**
 * Calls `onAway` when nobody has touched the machine for `limitMs()`, when it sleeps and when its
 * screen is locked. Answers how to stop that.
 */
export function watchIdle(
  power: PowerMonitor,
  presence: Pick<Presence, 'awayMs'>,
  limitMs: () => number,
  onAway: (reason: 'idle' | 'suspend' | 'lock-screen') => void,
): () => void {
  const timer = setInterval(() => {
    if (presence.awayMs() >= limitMs()) onAway('idle');
  }, POLL_MS);
  timer.unref();
  const suspend = () => onAway('suspend');
  const lock = () => onAway('lock-screen');
  power.on('suspend', suspend);
  power.on('lock-screen', lock);
  return () => {
    clearInterval(timer);
    power.off('suspend', suspend);
    power.off('lock-screen', lock);
  };
}
