import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempts, attemptGate, countFailure, NO_ATTEMPTS, waitAfter } from './attempt-policy';

/** A run of the program on a machine whose wall clock plays no part: nothing here reads it. */
class Machine {
  private runs = 0;
  private readonly started = { ms: 0 };
  private ms = 0;
  run = this.begin();

  private begin() {
    const startedMs = this.ms;
    this.started.ms = startedMs;
    return { id: `run-${this.runs++}`, elapsedMs: () => this.ms - startedMs };
  }
  pass(ms: number): void {
    this.ms += ms;
  }
  restart(): void {
    this.run = this.begin();
  }
  get sinceStartMs(): number {
    return this.ms - this.started.ms;
  }
}

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 4_000_000 }) }),
    fc.record({ kind: fc.constant('restart' as const), ms: fc.constant(0) }),
  ),
  { maxLength: 12 },
);

describe('waits', () => {
  // Would catch: a wait longer than its full length from the program's start (today's error with a clock that was
  // far in the future), one shortened by a restart, or one that never ends.
  it('last their full length in one run of the program, and no longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 9 }), steps, (failures, list) => {
        const machine = new Machine();
        let attempts: Attempts = NO_ATTEMPTS;
        for (let i = 0; i < failures; i++) attempts = countFailure(attempts, machine.run);
        const fullMs = waitAfter(failures);
        for (const step of list) {
          if (step.kind === 'pass') machine.pass(step.ms);
          else machine.restart();
          const stored = JSON.parse(JSON.stringify(attempts)) as Attempts;
          const gate = attemptGate(stored, machine.run);
          const leftMs = fullMs - machine.sinceStartMs;
          expect(gate).toEqual(
            leftMs > 0 ? { kind: 'wait', remainingMs: leftMs } : { kind: 'open' },
          );
        }
      }),
    );
  });

  // Would catch: a wall clock that plays any part again, forward or back.
  it('do not read the wall clock', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (shiftMs) => {
        const { now } = Date;
        const machine = new Machine();
        let attempts: Attempts = NO_ATTEMPTS;
        for (let i = 0; i < 6; i++) attempts = countFailure(attempts, machine.run);
        machine.pass(1000);
        const before = attemptGate(attempts, machine.run);
        Date.now = () => now() + shiftMs;
        try {
          expect(attemptGate(attempts, machine.run)).toEqual(before);
          expect(countFailure(attempts, machine.run).waitMs).toBe(waitAfter(7));
        } finally {
          Date.now = now;
        }
      }),
    );
  });
});
