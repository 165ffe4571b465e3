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
  /** Handles of the questions that were put to the centre. */
  readonly asked: readonly string[];
}>(() => ({ entries: [], asked: [] }));

let lastKey = 0;

/** Puts checks on top; the answer is the key of the topmost, null where there was none. */
export function addScans(checks: readonly ScanCheck[], moment: string): number | null {
  const atMs = Date.now();
  const added = checks.map((check) => ({ key: ++lastKey, atMs, moment, check }));
  useScans.setState(({ entries }) => ({
    entries: [...added.reverse(), ...entries].slice(0, MOST),
  }));
  return added[0]?.key ?? null;
}

export function clearScans(): void {
  useScans.setState({ entries: [], asked: [] });
}

export function noteAsked(ask: string): void {
  useScans.setState(({ asked }) => ({ asked: [...asked, ask] }));
}
