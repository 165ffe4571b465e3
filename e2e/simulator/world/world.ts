import { setImmediate as turn } from 'node:timers';
import { Chance } from './chance';
import { isAlive, type Life, running } from './host';

/** UTC ms at which every simulation begins. */
const BEGINNING_MS = 1_795_000_000_000;
const TRACE_LINES = 400;

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly life: Life | undefined;
  readonly act: () => void;
  isOff: boolean;
}

/** Something that will happen, and how to call it off. */
export interface Appointment {
  cancel(): void;
}

/**
 * Time and order of everything. Nothing happens but by an appointment; between two of them the world waits
 * until all that the first one set going has come to rest, so that equal seeds give equal histories.
 */
export class World {
  private readonly due: Due[] = [];
  private order = 0;
  private clockMs = BEGINNING_MS;
  /** Work that really runs beside us (WebCrypto): the world stands still meanwhile. */
  private outside = 0;
  private readonly lines: string[] = [];
  steps = 0;
  readonly chance: Chance;

  constructor(
    readonly seed: number,
    private readonly isTold: boolean,
  ) {
    this.chance = new Chance(seed);
  }

  get nowMs(): number {
    return this.clockMs;
  }

  get elapsedMs(): number {
    return this.clockMs - BEGINNING_MS;
  }

  /** Last lines of the trace. */
  get trace(): readonly string[] {
    return this.lines;
  }

  note(text: string): void {
    const line = `${(this.elapsedMs / 1000).toFixed(3).padStart(10)} ${text}`;
    if (this.isTold) process.stdout.write(`${line}\n`);
    this.lines.push(line);
    if (this.lines.length > 2 * TRACE_LINES) this.lines.splice(0, TRACE_LINES);
  }

  /** Does it after so many ms, unless its program has ended by then. */
  after(ms: number, act: () => void, life = running.getStore()): Appointment {
    const one: Due = {
      atMs: this.clockMs + Math.max(0, Math.round(ms)),
      order: this.order++,
      life,
      act,
      isOff: false,
    };
    this.push(one);
    return {
      cancel: () => {
        one.isOff = true;
      },
    };
  }

  /** Resolves after so many ms; never for a program that has ended. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Counts real work in, so that the world waits for it. */
  async outsideWork<T>(work: Promise<T>): Promise<T> {
    this.outside++;
    try {
      return await work;
    } finally {
      this.outside--;
    }
  }

  /** Lets things happen until `untilMs` since the beginning, or until nothing is due. */
  async run(untilMs: number, afterStep: () => void): Promise<void> {
    const end = BEGINNING_MS + untilMs;
    for (;;) {
      const next = this.due[0];
      if (next === undefined || next.atMs > end) break;
      this.pop();
      if (next.isOff || !isAlive(next.life)) continue;
      this.clockMs = Math.max(this.clockMs, next.atMs);
      this.steps++;
      running.run(next.life, next.act);
      await this.rest();
      afterStep();
    }
    this.clockMs = Math.max(this.clockMs, end);
  }

  private async rest(): Promise<void> {
    do await new Promise<void>((resolve) => void turn(resolve));
    while (this.outside > 0);
  }

  private isBefore(a: number, b: number): boolean {
    const [left, right] = [this.due[a], this.due[b]];
    if (left === undefined || right === undefined) return false;
    return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
  }

  private exchange(a: number, b: number): void {
    const [left, right] = [this.due[a], this.due[b]];
    if (left === undefined || right === undefined) return;
    this.due[a] = right;
    this.due[b] = left;
  }

  private push(one: Due): void {
    let at = this.due.push(one) - 1;
    for (let up = (at - 1) >> 1; at > 0 && this.isBefore(at, up); up = (at - 1) >> 1) {
      this.exchange(at, up);
      at = up;
    }
  }

  private pop(): void {
    const last = this.due.pop();
    if (last === undefined || this.due.length === 0) return;
    this.due[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (this.isBefore(left, least)) least = left;
      if (this.isBefore(right, least)) least = right;
      if (least === at) return;
      this.exchange(at, least);
      at = least;
    }
  }
}

let present: World | undefined;

/** The world of the seed that is being simulated. */
export function world(): World {
  if (present === undefined) throw new Error('no world');
  return present;
}

export function beginWorld(one: World): void {
  present = one;
}
