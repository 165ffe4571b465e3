import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BASE_STATUSES, EVENT_TYPES, UNDER_VERIFICATION } from '../../../shared/domain/model';
import { historyOf } from '../test/history-of';
import { Cube } from './cube';
import type { PastEvent } from './history';
import { stateOn } from './state-on';

/** A certificate's state from a day on. */
interface Stage {
  readonly day: number;
  readonly validTo: number;
  readonly reviewDue: number;
  readonly base: number;
}

const PERIOD = 1000;
const STATUS_TYPES = [
  [EVENT_TYPES.suspended, BASE_STATUSES.suspended],
  [EVENT_TYPES.resumed, BASE_STATUSES.valid],
  [EVENT_TYPES.revoked, BASE_STATUSES.revoked],
] as const;

/** A life written down stage by stage while its events are made: what a clerk with a diary would know. */
const lives = fc
  .record({
    issued: fc.integer({ min: 10_000, max: 12_000 }),
    acts: fc.array(
      fc.record({ after: fc.integer({ min: 1, max: 700 }), what: fc.integer({ min: 0, max: 4 }) }),
      { maxLength: 8 },
    ),
  })
  .map(({ issued, acts }) => {
    let now: Stage = {
      day: issued,
      validTo: issued + PERIOD,
      reviewDue: issued + 400,
      base: BASE_STATUSES.valid,
    };
    let from = issued;
    const stages: Stage[] = [now];
    const events: PastEvent[] = [
      { type: EVENT_TYPES.issued, day: issued, validTo: now.validTo, reviewDue: now.reviewDue },
    ];
    for (const { after, what } of acts) {
      const day = now.day + after;
      const status = STATUS_TYPES[what - 2];
      if (what === 0) {
        from = Math.max(now.validTo + 1, day);
        now = { ...now, day, validTo: from + PERIOD, reviewDue: from + 400 };
        const { validTo, reviewDue } = now;
        events.push({ type: EVENT_TYPES.renewed, day, validTo, reviewDue });
      } else if (what === 1) {
        now = { ...now, day, reviewDue: 0 };
        events.push({ type: EVENT_TYPES.reviewed, day, validTo: null, reviewDue: null });
      } else if (status !== undefined) {
        now = { ...now, day, base: status[1] };
        events.push({ type: status[0], day, validTo: null, reviewDue: null });
      }
      stages.push(now);
    }
    return { issued, from, stages, events };
  });

describe('a past day', () => {
  // Would catch: a renewal, review or penalty that happened later being seen earlier, or one before being lost.
  it('is what a diary kept at the time says', () => {
    fc.assert(
      fc.property(
        fc.array(lives, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 9_900, max: 16_000 }),
        (all, day) => {
          const cube = new Cube();
          all.forEach(({ from, stages }, i) => {
            const last = stages.at(-1) as Stage;
            const { validTo, reviewDue, base: baseStatus } = last;
            const dates = { validFrom: from, validTo, reviewDue: reviewDue || null, baseStatus };
            const rest = { category: null, region: 330602, industry: 26, company: null };
            cube.put({ id: i + 1, kind: 3, body: null, holder: 1, nameId: 1, ...rest, ...dates });
          });
          const history = historyOf(
            cube,
            all.flatMap(({ events }, i) => events.map((event) => [i + 1, event] as const)),
          );
          const { columns, unknown, renewed } = stateOn(cube, history, day);
          expect(unknown).toBe(0);
          all.forEach(({ issued, stages }, i) => {
            expect(columns.kind[i] !== 0).toBe(issued <= day);
            const then = stages.filter((stage) => stage.day <= day).at(-1);
            if (then === undefined) return;
            const { validTo, reviewDue, base } = then;
            expect([columns.validTo[i], columns.reviewDue[i], columns.baseStatus[i]]).toEqual([
              validTo,
              reviewDue,
              base,
            ]);
            const ends = stages
              .filter((stage, n) => stage.day <= day && stage.validTo !== stages[n + 1]?.validTo)
              .map((stage) => stage.validTo)
              .filter((end) => end !== validTo);
            const told = Array.from({ length: renewed.length }, (_, n) => n)
              .filter((n) => renewed.row(n) === i)
              .map((n) => renewed.day(n));
            expect(told).toEqual(ends);
          });
        },
      ),
    );
  });

  // Would catch: a mark that reaches back before the centre gave it, one that is forgotten between its day and today, or one that
  // hides what the issuer did; a day itself that says valid where the board beside it does not, because a clock is behind.
  it('reads a mark from the day it was given on', () => {
    const cube = new Cube();
    const rest = { category: null, region: 330602, industry: 26, company: null, body: null };
    const row = { ...rest, kind: 3, reviewDue: null, holder: 1, nameId: 1 };
    const dates = { validFrom: 14_000, validTo: 16_000, markedFrom: 14_900 };
    cube.put({ ...row, ...dates, id: 1, baseStatus: UNDER_VERIFICATION });
    // Revoked today, long after the mark: between the two days it stood, under the mark.
    cube.put({ ...row, ...dates, id: 2, baseStatus: BASE_STATUSES.revoked });
    cube.put({
      ...row,
      id: 3,
      baseStatus: BASE_STATUSES.valid,
      validFrom: 14_000,
      validTo: 16_000,
    });
    const plain = { validTo: null, reviewDue: null };
    const history = historyOf(cube, [[2, { ...plain, type: EVENT_TYPES.revoked, day: 14_950 }]]);
    const { valid, revoked } = BASE_STATUSES;
    const read = (day: number, marks: 'then' | 'today' | 'none') => [
      ...stateOn(cube, history, day, { marks }).columns.baseStatus,
    ];
    expect(read(14_899, 'then')).toEqual([valid, valid, valid]);
    expect(read(14_900, 'then')).toEqual([UNDER_VERIFICATION, UNDER_VERIFICATION, valid]);
    expect(read(14_950, 'then')).toEqual([UNDER_VERIFICATION, revoked, valid]);
    expect(read(14_899, 'today')).toEqual([UNDER_VERIFICATION, UNDER_VERIFICATION, valid]);
    expect(read(15_000, 'none')).toEqual([valid, revoked, valid]);
  });

  // Would catch: a certificate whose earlier period is beyond the held events being shown with its later dates.
  it('leaves out what the events do not tell, and says how many', () => {
    const cube = new Cube();
    const rest = { category: null, region: 330602, industry: 26, company: null, body: null };
    const row = { ...rest, kind: 3, baseStatus: 1, reviewDue: null, holder: 1, nameId: 1 };
    cube.put({ ...row, id: 1, validFrom: 15_001, validTo: 16_000 });
    cube.put({ ...row, id: 2, validFrom: 14_990, validTo: 16_000 });
    const renewal = { type: EVENT_TYPES.renewed, validTo: 16_000, reviewDue: null };
    const history = historyOf(cube, [
      [1, { ...renewal, day: 14_980 }],
      [2, { ...renewal, day: 14_990 }],
    ]);
    const { columns, unknown } = stateOn(cube, history, 14_900);
    // The first was renewed early, so its old period ended on the day before the new one; of the second nobody knows.
    expect([columns.kind[0], columns.validTo[0]]).toEqual([3, 15_000]);
    expect([columns.kind[1], unknown]).toEqual([0, 1]);
  });
});
