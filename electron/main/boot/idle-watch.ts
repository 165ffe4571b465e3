import type { PowerMonitor, WebContents } from 'electron';

const POLL_MS = 5_000;

export interface IdleWatch {
  /** Input in a window counts as presence. */
  follow(contents: WebContents): void;
  stop(): void;
}

/**
 * Calls `onAway` when nobody has touched the machine for `limitMs()`, when it sleeps and when its
 * screen is locked. Idle time is the smaller of the system's figure, where the desktop
 * reports one, and the time since the last input in our own windows.
 */
export function watchIdle(
  power: PowerMonitor,
  limitMs: () => number,
  nowMs: () => number,
  onAway: (reason: 'idle' | 'suspend' | 'lock-screen') => void,
): IdleWatch {
  let lastInputMs = nowMs();
  // A desktop that cannot tell answers 0 for ever; it must not count as somebody being there.
  let isSystemTelling = false;
  const timer = setInterval(() => {
    const systemMs = power.getSystemIdleTime() * 1_000;
    isSystemTelling ||= systemMs > 0;
    const sinceInputMs = nowMs() - lastInputMs;
    const idleMs = isSystemTelling ? Math.min(sinceInputMs, systemMs) : sinceInputMs;
    if (idleMs >= limitMs()) onAway('idle');
  }, POLL_MS);
  timer.unref();
  const suspend = () => onAway('suspend');
  const lock = () => onAway('lock-screen');
  power.on('suspend', suspend);
  power.on('lock-screen', lock);
  return {
    follow(contents) {
      const touched = () => {
        lastInputMs = nowMs();
      };
      contents.on('before-input-event', touched);
      contents.on('cursor-changed', touched);
      contents.on('input-event', touched);
    },
    stop() {
      clearInterval(timer);
      power.off('suspend', suspend);
      power.off('lock-screen', lock);
    },
  };
}
