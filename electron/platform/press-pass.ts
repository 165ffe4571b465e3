/**
 * A press on a board wants both processors until its figures are drawn: the store counts, the page draws. What others do
 * meanwhile in the store's threads, rows of a synchronisation above all, stands still for that moment. Priorities alone do
 * not make it so: a system leaves a processor for some milliseconds to who has it, and a press changes threads a dozen times.
 */

/** So long after a board was asked for, and again after it was answered, ms: then it is drawn. */
const HOLD_MS = 90;
/** Whoever stood still works for so long before he does it again, ms: presses without an end do not stop a synchronisation. */
const WORK_MS = 120;
/** A moment is no longer than that, ms. */
const MAX_HOLD_MS = 250;
const MASK = 0x7fff_ffff;

/** Milliseconds that all threads share; they begin anew every 24 days. */
const clock = (): number => Date.now() & MASK;
const nothing = new Int32Array(new SharedArrayBuffer(4));

/** When a board was last asked for or answered: written by the thread that passes questions on, read by those beside it. */
export class Presses {
  readonly shared = new SharedArrayBuffer(4);
  private readonly last = new Int32Array(this.shared);

  constructor() {
    Atomics.store(this.last, 0, (clock() - HOLD_MS) & MASK);
  }

  note(): void {
    Atomics.store(this.last, 0, clock());
  }
}

/** One thread's view of them. */
export class PressPass {
  private readonly last: Int32Array | undefined;
  private worksSinceMs = Number.NEGATIVE_INFINITY;

  /** Without any, nobody ever stands still. */
  constructor(shared?: SharedArrayBuffer) {
    this.last = shared && new Int32Array(shared);
  }

  /** Ms to stand still for now; 0: go on. */
  private leftMs(): number {
    if (this.last === undefined) return 0;
    const sinceMs = (clock() - Atomics.load(this.last, 0)) & MASK;
    if (sinceMs >= HOLD_MS) return 0;
    const nowMs = performance.now();
    return nowMs - this.worksSinceMs < WORK_MS ? 0 : HOLD_MS - sinceMs;
  }

  /** Stands still while somebody presses, the whole thread: for those that nobody asks. */
  stand(): void {
    let left = this.leftMs();
    if (left === 0) return;
    const began = performance.now();
    for (; left > 0 && performance.now() - began < MAX_HOLD_MS; left = this.leftMs())
      Atomics.wait(nothing, 0, 0, left);
    this.worksSinceMs = performance.now();
  }

  /** The same for one work of a thread that answers meanwhile. */
  async letPass(): Promise<void> {
    let left = this.leftMs();
    if (left === 0) return;
    const began = performance.now();
    for (; left > 0 && performance.now() - began < MAX_HOLD_MS; left = this.leftMs())
      await new Promise((resolve) => setTimeout(resolve, left));
    this.worksSinceMs = performance.now();
  }
}

/** This thread's, until it is told of presses (`followPresses`). */
let own = new PressPass();

/** Called once by a thread, with what its maker shares with it. */
export function followPresses(shared: SharedArrayBuffer | undefined): void {
  own = new PressPass(shared);
}

/** As PressPass.stand, in the loops of a thread that nobody at the desk waits for. */
export const standForPress = (): void => own.stand();

/** As PressPass.letPass. */
export const letPressPass = (): Promise<void> => own.letPass();
