import { describe, expect, it } from 'vitest';
import type { SliceState } from '../../../store/protocol';
import { proofOf, type StatusFacts, syncStatus } from './status';

const state = (over: object = {}): SliceState =>
  ({
    hasSlice: true,
    isWhole: true,
    counts: {},
    cursor: { region: '3301', epoch: 'A', rseq: 5, cursor: 'x' },
    checkpoint: { epoch: 'A', rseq: 5, issuedMs: 1_000, root: 'r' },
    lastVerify: null,
    ...over,
  }) as unknown as SliceState;
const sound = { seal: 'signed', isOlder: false, names: 'equal', moves: 'equal' } as const;
const check = (over: object) => ({
  isEqual: true,
  differingBuckets: 0,
  root: 'r',
  roots: {},
  rows: 1,
  tookMs: 1,
  atMs: 9_000,
  ...over,
});

describe('what is called proven', () => {
  // Bug: "proven equal at" was the time of the last check on this machine, so that a check of month-old data read as of today.
  it('is as of the time that the server signed, the check here apart from it', () => {
    expect(proofOf(state(), sound)).toMatchObject({
      state: 'proven',
      atMs: 1_000,
      checkedMs: null,
    });
    expect(proofOf(state({ lastVerify: check({}) }), sound)).toMatchObject({
      state: 'proven',
      atMs: 1_000,
      checkedMs: 9_000,
    });
    // A check of the state before this one.
    expect(proofOf(state({ lastVerify: check({ root: 'before' }) }), sound)).toMatchObject({
      state: 'proven',
      atMs: 1_000,
      checkedMs: null,
    });
  });

  // Would catch: anything unknown that reads as proven.
  it.each([
    ['no signature', {}, { ...sound, seal: 'absent' }, 'unsigned'],
    ['another signature', {}, { ...sound, seal: 'altered' }, 'altered'],
    ['a file of before', {}, { ...sound, isOlder: true }, 'older'],
    ['names that nobody signed', {}, { ...sound, names: 'unproven' }, 'names-unproven'],
    ['late rows', { isWhole: false }, sound, 'incomplete'],
    ['no checkpoint', { checkpoint: null }, sound, 'incomplete'],
    ['no cursor', { cursor: null }, sound, 'incomplete'],
    ['changes since', { cursor: { epoch: 'A', rseq: 6 } }, sound, 'incomplete'],
  ] as const)('is not a slice with %s', (_name, over, standing, why) => {
    const checked = { lastVerify: check({}), ...over };
    expect(proofOf(state(checked), standing)).toMatchObject({ state: 'unproven', why, atMs: null });
  });

  // Would catch: a difference that a missing signature hides.
  it('differs whatever is signed', () => {
    const lastVerify = check({ isEqual: false, differingBuckets: 3 });
    for (const seal of ['signed', 'absent', 'altered'] as const)
      expect(proofOf(state({ lastVerify }), { ...sound, seal })).toMatchObject({
        state: 'differs',
        buckets: 3,
        atMs: null,
        checkedMs: 9_000,
      });
    expect(proofOf(state(), sound, [{ entity: 'person', ids: [1] }])).toMatchObject({
      state: 'differs',
      buckets: 1,
    });
  });

  // Would catch: a place where a certificate is said to have gone that somebody wrote, or a server of before that takes the proof from the rows.
  it('differs by where certificates went, and is proven where nobody signed that', () => {
    expect(proofOf(state(), { ...sound, moves: 'differ' })).toMatchObject({
      state: 'differs',
      why: 'moves-differ',
      buckets: 0,
    });
    expect(proofOf(state(), { ...sound, moves: 'unproven' })).toMatchObject({
      state: 'proven',
      moves: 'unproven',
    });
  });

  // Would catch: issuers under other names beside rows that are proven, or hidden behind what else is unproven.
  it('differs by the names of issuers alone', () => {
    const differing = { state: 'differs', why: 'names-differ', buckets: 0, atMs: null };
    for (const seal of ['signed', 'absent'] as const)
      expect(proofOf(state(), { ...sound, seal, names: 'differ' })).toMatchObject(differing);
    const none = { hasSlice: false, checkpoint: null, cursor: null };
    expect(proofOf(state(none), { ...sound, names: 'differ' })).toMatchObject({
      why: 'incomplete',
    });
  });
});

describe('as of when data are shown', () => {
  const facts = (over: object) =>
    ({
      ...sound,
      state: state({ checkpoint: { epoch: 'A', rseq: 5, issuedMs: 8_000, root: 'r' } }),
      runs: [],
      outbox: { pending: 0, rejected: 0 },
      policy: {},
      wanted: [],
      sticks: new Set(),
      nowMs: 9_000,
      freshnessDays: 7,
      reachedMs: 5_000,
      ...over,
    }) as unknown as StatusFacts;

  // Would catch: a checkpoint into which somebody writes today's date, so that stale data read as of today.
  it('is what the server signed, and else no later than what was proven here', () => {
    expect(syncStatus(facts({})).asOfMs).toBe(8_000);
    expect(syncStatus(facts({ seal: 'absent' })).asOfMs).toBe(5_000);
    expect(syncStatus(facts({ seal: 'altered', reachedMs: 9_999 })).asOfMs).toBe(8_000);
    for (const seal of ['absent', 'altered'])
      expect(syncStatus(facts({ seal, reachedMs: null }))).toMatchObject({
        asOfMs: null,
        isStale: true,
      });
    expect(syncStatus(facts({ seal: 'absent', nowMs: 5_000 + 8 * 86_400_000 })).isStale).toBe(true);
  });

  // Would catch: data that their own server let count as current until a day that is past, shown as current because the
  // rules of this office allow more days; and a date that nobody signed ending or lengthening that.
  it('is stale once what the server signed has run out, however many days the rules give', () => {
    const expiring = (expiresMs: number) =>
      state({ checkpoint: { epoch: 'A', rseq: 5, issuedMs: 8_000, expiresMs, root: 'r' } });
    const staleAt = (expiresMs: number, over = {}) =>
      syncStatus(facts({ state: expiring(expiresMs), ...over })).isStale;
    expect(staleAt(8_999)).toBe(true);
    expect(staleAt(9_000)).toBe(false);
    expect(staleAt(8_999, { seal: 'altered', reachedMs: 8_000 })).toBe(false);
    expect(staleAt(Number.MAX_SAFE_INTEGER, { nowMs: 8_000 + 8 * 86_400_000 })).toBe(true);
  });
});
