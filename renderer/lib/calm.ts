/**
 * When a change may be shown that comes again and again, ms from now: the first at once, those after it at most once in
 * `everyMs`. Something that is over is shown at once.
 */
export function calmWaitMs(
  { shownAtMs, nowMs, everyMs }: { shownAtMs: number; nowMs: number; everyMs: number },
  isGoingOn: boolean,
): number {
  return isGoingOn ? Math.max(0, shownAtMs + everyMs - nowMs) : 0;
}
