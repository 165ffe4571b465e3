import { running } from '../world/host';
import { type Appointment, world } from '../world/world';

/*
 * What stands in for the global clock and timers in everything that is simulated (esbuild's `inject`): the
 * world's time, as the clock of the machine that asks shows it.
 */

class SimTimer {
  private one: Appointment;

  constructor(
    private readonly ms: number,
    private readonly act: () => void,
    private readonly isRepeated: boolean,
  ) {
    this.one = this.arm();
  }

  private arm(): Appointment {
    return world().after(this.ms, () => {
      if (this.isRepeated) this.one = this.arm();
      this.act();
    });
  }

  cancel(): void {
    this.one.cancel();
  }

  refresh(): this {
    this.one.cancel();
    this.one = this.arm();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

type Act = (...args: unknown[]) => void;

export const setTimeout = (act: Act, ms = 0, ...args: unknown[]): SimTimer =>
  new SimTimer(ms, () => act(...args), false);
export const setInterval = (act: Act, ms = 0, ...args: unknown[]): SimTimer =>
  new SimTimer(Math.max(1, ms), () => act(...args), true);
export const setImmediate = (act: Act, ...args: unknown[]): SimTimer =>
  new SimTimer(0, () => act(...args), false);
export const clearTimeout = (timer: SimTimer | null | undefined): void => timer?.cancel();
export const clearInterval = (timer: SimTimer | null | undefined): void => timer?.cancel();
export const clearImmediate = (timer: SimTimer | null | undefined): void => timer?.cancel();

function nowMs(): number {
  return world().nowMs + (running.getStore()?.host.skewMs ?? 0);
}

const RealDate = globalThis.Date;
class SimDate extends RealDate {
  constructor(...args: [] | [number | string]) {
    if (args.length === 0) super(nowMs());
    else super(args[0] as number);
  }

  static override now(): number {
    return nowMs();
  }
}

export { SimDate as Date };

export const performance = { now: (): number => world().elapsedMs };

const abort = (ms: number): globalThis.AbortSignal => {
  const controller = new AbortController();
  setTimeout(() => {
    const reason = Object.assign(new Error('timed out'), { name: 'TimeoutError' });
    controller.abort(reason);
  }, ms);
  return controller.signal;
};
export const AbortSignal = {
  timeout: abort,
  any: (signals: globalThis.AbortSignal[]) => globalThis.AbortSignal.any(signals),
  abort: (reason?: unknown) => globalThis.AbortSignal.abort(reason),
};

/** The program's own process but for what is left to chance in it. */
export const process = Object.create(globalThis.process, {
  hrtime: {
    value: (): [number, number] => [0, world().chance.between(0, 999_999_999)],
  },
  stdout: { get: () => globalThis.process.stdout },
}) as NodeJS.Process;
