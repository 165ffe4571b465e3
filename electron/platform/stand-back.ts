import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * A third of the processor's time beside somebody who wants all of it, and behind whoever wakes up to answer: with ten, a first
 * load would stand still beside any other program. Windows knows no steps between normal and below it.
 */
const STEPS_BACK = process.platform === 'win32' ? constants.priority.PRIORITY_BELOW_NORMAL : 5;

/** Never fails: a system that does not allow it lets everything run alike, as before. `who`: 0 is the caller. */
function lower(who = 0): void {
  try {
    setPriority(who, STEPS_BACK);
  } catch {
    // What is asked for is a courtesy.
  }
}

/** Numbers of the threads that this process has by now; those that come later are as their makers are. */
function ownThreads(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [];
  }
}

/**
 * Has this process leave the processor to whoever somebody at the desk waits for. It cannot be taken back. Linux counts by
 * thread: those that collect the memory of a process that seals would take both processors, as if somebody waited for them.
 */
export function standBackProcess(): void {
  lower();
  if (process.platform === 'linux') for (const thread of ownThreads()) lower(thread);
}

/**
 * The same for the calling thread alone. Linux counts priorities by thread; elsewhere the call would lower the whole process, with
 * the threads that answer look-ups, and nothing is done.
 */
export function standBackThread(): void {
  if (process.platform === 'linux') lower();
}

/** A thread that works without a pause stops so often, ms, */
const WORK_MS = 2;
/** for so long: the system needs no more to see who waits. */
const STOP_MS = 0.05;
const nothing = new Int32Array(new SharedArrayBuffer(4));
let stoppedAt = 0;

/**
 * Lets others in for a moment, now and then: called in the loops of a thread that stands back. A system looks who waits a
 * hundred to a thousand times a second, and leaves the processor until then, priorities or not, to who has it: somebody who
 * asks passes through three threads and waits in front of each.
 */
export function letOthersIn(): void {
  const nowMs = performance.now();
  if (nowMs - stoppedAt < WORK_MS) return;
  Atomics.wait(nothing, 0, 0, STOP_MS);
  stoppedAt = performance.now();
}
