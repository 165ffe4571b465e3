import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_MARKS,
  type MarkedSet,
  MarkIndex,
  type MarkState,
  mergeMarks,
  NO_MARKS,
  withMark,
  withoutMark,
} from './marks';

const mark = (id: string, set: MarkedSet = { by: 'body', id: 1 }): MarkState['marks'][number] => ({
  id,
  set,
  reason: '培训档案造假',
  sinceMs: 1,
});
type Step = readonly ['mark' | 'lift', string];
const steps = fc.array(fc.tuple(fc.constantFrom('mark', 'lift'), fc.constantFrom('A', 'B', 'C')), {
  maxLength: 12,
}) as fc.Arbitrary<readonly Step[]>;
const stateOf = (all: readonly Step[]): MarkState =>
  all.reduce<MarkState>(
    (state, [what, id]) =>
      what === 'mark' ? (withMark(state, mark(id)) ?? state) : withoutMark(state, id),
    NO_MARKS,
  );
const held = ({ marks }: MarkState) => marks.map(({ id }) => id).sort();

describe('what a device knows of marks', () => {
  // Would catch: a mark that comes again after its lift, or one that goes although nobody lifted it.
  it('holds exactly the marks that were given and never lifted', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const lifted = new Set(all.filter(([what]) => what === 'lift').map(([, id]) => id));
        const given = new Set(all.filter(([what]) => what === 'mark').map(([, id]) => id));
        const state = stateOf(all);
        expect(held(state).filter((id) => lifted.has(id))).toEqual([]);
        for (const id of given) if (!lifted.has(id)) expect(held(state)).toContain(id);
      }),
    );
  });

  // Would catch: a file that was set back or lost and takes a mark with it, or brings one back that was lifted.
  it('is the same from two places in any order', () => {
    fc.assert(
      fc.property(steps, steps, (one, other) => {
        const [a, b] = [stateOf(one), stateOf(other)];
        const [ab, ba] = [mergeMarks(a, b), mergeMarks(b, a)];
        expect(held(ab)).toEqual(held(ba));
        expect(held(mergeMarks(ab, a))).toEqual(held(ab));
        const gone = new Set([...a.lifted, ...b.lifted]);
        const known = new Set([...held(a), ...held(b)]);
        expect(held(ab)).toEqual([...known].filter((id) => !gone.has(id)).sort());
      }),
    );
  });

  // Would catch: a state that grows until it can be kept no more, or that drops a mark for a newer one.
  it('refuses what it cannot hold and keeps what it has', () => {
    let state: MarkState = NO_MARKS;
    for (let i = 0; i < MAX_MARKS; i++) state = withMark(state, mark(`M${i}`)) ?? state;
    expect(withMark(state, mark('one more'))).toBeNull();
    expect(withMark(state, mark('M0'))).toBe(state);
    const ids = (from: number) => Array.from({ length: 1_000 }, (_, i) => from + i);
    let named: MarkState | null = NO_MARKS;
    for (let i = 0; i < 20; i++)
      named = withMark(named, mark(`N${i}`, { by: 'certificates', ids: ids(i * 1_000) })) ?? named;
    expect(named.marks).toHaveLength(20);
    expect(withMark(named, mark('N20', { by: 'certificates', ids: [9] }))).toBeNull();
  });
});

describe('the index of marks', () => {
  // Would catch: a group that marks certificates of another kind of group under the same number.
  it('finds by certificate, employer, training body and issuer, each apart', () => {
    const index = new MarkIndex([
      mark('C', { by: 'certificates', ids: [5, 6] }),
      mark('E', { by: 'company', id: 7 }),
      mark('B', { by: 'body', id: 8 }),
      mark('I', { by: 'issuer', id: 9 }),
    ]);
    const of = (id: number, company: number | null, body: number | null, issuer: number) =>
      index.of({ id, company, body, issuer })?.id ?? null;
    expect([of(6, null, null, 1), of(1, 7, null, 1), of(1, null, 8, 1), of(1, 1, 1, 9)]).toEqual([
      'C',
      'E',
      'B',
      'I',
    ]);
    expect([of(7, 8, 9, 5), of(8, 9, 7, 6), of(1, null, null, 1)]).toEqual([null, null, null]);
  });

  // Would catch: a certificate under two marks that counts from the later one, or by a mark that is not its own.
  it('tells since when the first of several marks counts', () => {
    const marks = [
      { ...mark('late', { by: 'company', id: 7 }), sinceMs: 300 },
      { ...mark('early', { by: 'certificates', ids: [5, 6] }), sinceMs: 100 },
      { ...mark('again', { by: 'certificates', ids: [5] }), sinceMs: 200 },
    ];
    const index = new MarkIndex(marks);
    const of = (id: number, company: number | null) =>
      index.sinceOf({ id, company, body: null, issuer: 1 });
    expect([of(5, 7), of(5, null), of(1, 7), of(1, 8), of(1, null)]).toEqual([
      100,
      100,
      300,
      null,
      null,
    ]);
    const every = { ...mark('L'), set: { by: 'every' as const }, sinceMs: 50 };
    expect(
      new MarkIndex([...marks, every]).sinceOf({ id: 9, company: null, body: null, issuer: 1 }),
    ).toBe(50);
  });
});
