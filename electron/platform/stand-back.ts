import { constants, setPriority } from 'node:os';

const { PRIORITY_BELOW_NORMAL } = constants.priority;

/** Never fails: a system that does not allow it lets everything run alike, as before. */
function lower(): void {
  try {
    setPriority(PRIORITY_BELOW_NORMAL);
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
