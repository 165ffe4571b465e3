import { constants, setPriority } from 'node:os';

/**
 * A third of the processor's time beside somebody who wants all of it, and behind whoever wakes up to answer: with ten, a first
 * load would stand still beside any other program. Windows knows no steps between normal and below it.
 */
const STEPS_BACK = process.platform === 'win32' ? constants.priority.PRIORITY_BELOW_NORMAL : 5;

/** Never fails: a system that does not allow it lets everything run alike, as before. */
function lower(): void {
  try {
    setPriority(STEPS_BACK);
  } catch {
    // What is asked for is a courtesy.
  }
}

/** Has this process leave the processor to whoever somebody at the desk waits for. It cannot be taken back. */
export function standBackProcess(): void {
  lower();
}

/**
 * The same for the calling thread alone. Linux counts priorities by thread; elsewhere the call would lower the whole process, with
 * the threads that answer look-ups, and nothing is done.
 */
export function standBackThread(): void {
  if (process.platform === 'linux') lower();
}
