import { create } from 'zustand';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';

export interface ScannedEntry {
  readonly key: number;
  readonly atMs: number;
  /** Of which state of data, marks and day the verdict is (useMoment). */
  readonly moment: string;
  readonly check: ScanCheck;
}

const MOST = 30;

/** What was checked since the unlock, newest first; it survives leaving the page, not the lock. */
export const useScans = create<{
  readonly entries: readonly ScannedEntry[];
  /** The topmost is of the paper that was held last: that one had an answer. */
  readonly isShown: boolean;
  /** Handles of the questions that were put to the centre. */
  readonly asked: readonly string[];
}>(() => ({ entries: [], isShown: false, asked: [] }));

let lastKey = 0;

/**
 * Puts checks on top; the answer is the key of the topmost, null where there was none. What `isLate`, of a paper before, goes
 * behind the last that was shown: it is never the one that is shown first.
 */
export function addScans(
  checks: readonly ScanCheck[],
  moment: string,
  isLate = false,
): number | null {
  const atMs = Date.now();
  const added = checks.map((check) => ({ key: ++lastKey, atMs, moment, check }));
  useScans.setState(({ entries }) => ({
    entries: (isLate
      ? [...entries.slice(0, 1), ...added.reverse(), ...entries.slice(1)]
      : [...added.reverse(), ...entries]
    ).slice(0, MOST),
    ...(isLate ? {} : { isShown: added.length > 0 }),
  }));
  return added[0]?.key ?? null;
}

/** Another paper is held: until it has an answer the one before is not left standing, whatever page is open meanwhile. */
export function beginScan(): void {
  useScans.setState({ isShown: false });
}

export function clearScans(): void {
  useScans.setState({ entries: [], isShown: false, asked: [] });
}

export function noteAsked(ask: string): void {
  useScans.setState(({ asked }) => ({ asked: [...asked, ask] }));
}
