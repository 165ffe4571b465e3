import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOCK_TOLERANCE_MS, type Clock, HighestSeen, systemClock } from './clock';

const START = 1_800_000_000_000;
const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** A machine whose wall clock is off by what somebody sets; true time and monotonic time go on by themselves. */
class Machine {
  trueMs = START;
  offMs = 0;
  private bootMs = START;
  private boots = 1;
  /** As a program has it that starts now. */
  get clock(): Clock {
    return {
      nowMs: () => this.trueMs + this.offMs,
      monotonicMs: () => this.trueMs - this.bootMs,
      bootId: `boot ${this.boots}`,
    };
  }
  pass(ms: number): void {
    this.trueMs += ms;
  }
  /** Switched off for a while: the monotonic clock begins anew. */
  restart(offMs: number): void {
    this.trueMs += offMs;
    this.bootMs = this.trueMs;
    this.boots++;
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

  // Would catch: hours gained by ending the program, setting the clock back and starting it again, as long as the machine runs.
  it('goes on while no program runs, as long as the machine does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 * DAY }),
        fc.integer({ min: 0, max: 5 * YEAR }),
        fc.boolean(),
        (goneMs, backMs, isOff) => {
          const machine = new Machine();
          machine.pass(DAY);
          const before = new HighestSeen(machine.clock);
          before.anchor(machine.trueMs);
          const [mark, boot] = [before.mark(), before.bootMark()];
          machine.offMs = -backMs;
          if (isOff) machine.restart(goneMs);
          else machine.pass(goneMs);
          const later = new HighestSeen(machine.clock);
          later.adopt(mark);
          if (boot !== null) later.countFrom(boot);
          const least = isOff ? START + DAY : machine.trueMs;
          expect(later.highestMs()).toBeGreaterThanOrEqual(least - 1);
          expect(later.highestMs()).toBeLessThanOrEqual(machine.trueMs + 1);
        },
      ),
    );
  });

  // Would catch: a mark of another machine (a backup that was restored), of another run, or from before a contact that set a wrong
  // clock right, by which a lease ends that lasts.
  it('counts from no mark of another run or of other contacts', () => {
    const machine = new Machine();
    machine.offMs = 3 * YEAR;
    const seen = new HighestSeen(machine.clock);
    const poisoned = seen.bootMark();
    seen.anchor(machine.trueMs);
    if (poisoned === null) throw new Error('no mark');
    machine.pass(DAY);
    seen.countFrom(poisoned);
    expect(Math.abs(seen.highestMs() - machine.trueMs)).toBeLessThanOrEqual(1);
    seen.countFrom({ ...poisoned, contacts: 1, bootId: 'another', highestMs: START + YEAR });
    expect(Math.abs(seen.highestMs() - machine.trueMs)).toBeLessThanOrEqual(1);
    expect(new HighestSeen({ nowMs: () => START, monotonicMs: () => 1 }).bootMark()).toBeNull();
  });

  // Would catch: a clock of the process, which stands still while the machine sleeps.
  it.runIf(process.platform === 'linux')('is the machine’s own', () => {
    const seconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    expect(Math.abs(systemClock.monotonicMs() / 1_000 - seconds)).toBeLessThan(5);
    expect(systemClock.bootId).toMatch(/^[0-9a-f-]{36}$/u);
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
