import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_MS, HighestSeen } from './clock';

const START = 1_800_000_000_000;
const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** A machine whose wall clock is off by what somebody sets; true time and monotonic time go on by themselves. */
class Machine {
  trueMs = START;
  offMs = 0;
  private bootMs = START;
  readonly clock = {
    nowMs: () => this.trueMs + this.offMs,
    monotonicMs: () => this.trueMs - this.bootMs,
  };
  pass(ms: number): void {
    this.trueMs += ms;
  }
  /** Switched off for a while: the monotonic clock begins anew. */
  restart(offMs: number): void {
    this.trueMs += offMs;
    this.bootMs = this.trueMs;
  }
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 3 * DAY }) }),
  fc.record({ kind: fc.constant('set' as const), ms: fc.integer({ min: -5 * YEAR, max: 0 }) }),
  fc.record({ kind: fc.constant('restart' as const), ms: fc.integer({ min: 0, max: 3 * DAY }) }),
);

describe('the time after a contact', () => {
  // Would catch: a lease stretched by setting the clock back, asleep or awake, over restarts too.
  it('never falls and never stands still while the program runs', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const machine = new Machine();
        let seen = new HighestSeen(machine.clock);
        seen.anchor(machine.trueMs);
        let before = seen.highestMs();
        for (const { kind, ms } of steps) {
          if (kind === 'pass') machine.pass(ms);
          else if (kind === 'set') machine.offMs = ms;
          else {
            const mark = seen.mark();
            machine.restart(ms);
            seen = new HighestSeen(machine.clock);
            seen.adopt(mark);
          }
          const now = seen.highestMs();
          expect(now).toBeGreaterThanOrEqual(before + (kind === 'pass' ? ms : 0));
          // Nothing here went ahead of the true time, so neither may the highest.
          expect(now).toBeLessThanOrEqual(machine.trueMs + 1);
          before = now;
        }
      }),
    );
  });

  // Would catch: a clock once set to the far future that ends the lease for good, or again after every restart.
  it('comes back from a clock that was far ahead', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: DAY, max: 50 * YEAR }),
        fc.array(fc.integer({ min: 0, max: 2 * DAY }), { maxLength: 8 }),
        fc.boolean(),
        (aheadMs, pauses, isSetRight) => {
          const machine = new Machine();
          let seen = new HighestSeen(machine.clock);
          machine.offMs = aheadMs;
          expect(seen.highestMs()).toBe(machine.trueMs + aheadMs);
          seen.anchor(machine.trueMs);
          expect(Math.abs(seen.highestMs() - machine.trueMs)).toBeLessThanOrEqual(1);
          expect(seen.wrongByMs()).toBeGreaterThan(CLOCK_TOLERANCE_MS);
          if (isSetRight) machine.offMs = 0;
          for (const pause of pauses) {
            const mark = seen.mark();
            machine.restart(pause);
            seen = new HighestSeen(machine.clock);
            seen.adopt(mark);
            expect(Math.abs(seen.highestMs() - machine.trueMs)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  // Would catch: a clock that was behind at the contact and is then set right, taken for one that jumped ahead.
  it('stays right when a clock that was behind is set right', () => {
    const machine = new Machine();
    machine.offMs = -6 * YEAR;
    const seen = new HighestSeen(machine.clock);
    seen.anchor(machine.trueMs);
    machine.pass(DAY);
    expect(seen.highestMs()).toBe(machine.trueMs);
    machine.offMs = 0;
    machine.pass(DAY);
    expect(seen.highestMs()).toBe(machine.trueMs);
    expect(seen.wrongByMs()).toBe(0);
  });

  // Would catch: an older mark put back (a copied file) that undoes what a later contact taught, either way.
  it('takes up no mark of fewer contacts', () => {
    const machine = new Machine();
    machine.offMs = 3 * YEAR;
    const seen = new HighestSeen(machine.clock);
    const poisoned = seen.mark();
    seen.anchor(machine.trueMs);
    seen.adopt(poisoned);
    expect(Math.abs(seen.highestMs() - machine.trueMs)).toBeLessThanOrEqual(1);
    const held = seen.mark();
    machine.pass(10 * DAY);
    seen.anchor(machine.trueMs);
    seen.adopt(held);
    expect(Math.abs(seen.highestMs() - machine.trueMs)).toBeLessThanOrEqual(1);
  });
});
