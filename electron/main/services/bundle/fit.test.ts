import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import type { Checkpoint } from '../../../../shared/protocol/manifest';
import { fitOf } from './fit';

const EPOCH = 'E1';
const index = (kind: 'full' | 'delta', from: number, to: number, issuedMs = 500) => ({
  epoch: EPOCH,
  kind,
  from,
  to,
  issuedMs,
});
const state = (
  rseq: number,
  issuedMs = 100,
  epoch = EPOCH,
  isDiffering = false,
  provenRseq = rseq,
) => ({
  isDiffering,
  asOfMs: issuedMs as number | null,
  isWhole: true,
  hasSlice: true,
  cursor: { region: '3301', epoch, rseq, cursor: 'opaque' },
  checkpoint: { issuedMs, epoch, rseq: provenRseq } as Checkpoint,
});
/** Some pages of a delta from `provenRseq` are in, and the line broke off. */
const brokenOff = (rseq: number, provenRseq: number) => state(rseq, 100, EPOCH, false, provenRseq);
const differing = (rseq: number) => state(rseq, 100, EPOCH, true);
/** The late rows are missing. */
const unfinished = (rseq: number, issuedMs: number) => ({
  ...state(rseq, issuedMs),
  isWhole: false,
});
const unsigned = (rseq: number, issuedMs: number) => ({ ...state(rseq, issuedMs), asOfMs: null });
const none = {
  isDiffering: false,
  asOfMs: null,
  isWhole: false,
  hasSlice: false,
  cursor: null,
  checkpoint: null,
};
const manifest = { issuedMs: 400, baseRseq: 50 };

function told(act: () => string): string {
  try {
    return act();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('what a bundle is to the data that are here', () => {
  // Would catch: a bundle applied across a gap, an old one that brings revoked certificates back to life, a device
  // between the ends of a bundle that is turned away, a renewal of the signature that counts as nothing new, a slice
  // that differs mended by an older whole one.
  it.each([
    ['nothing here, full', index('full', 0, 90), none, 0, 'first'],
    ['nothing here, changes only', index('delta', 50, 90), none, 0, 'BUNDLE_NEEDS_FULL'],
    ['at its beginning', index('delta', 50, 90), state(50), 0, 'continues'],
    ['between its ends', index('delta', 50, 90), state(70), 0, 'continues'],
    ['before its beginning', index('delta', 50, 90), state(49), 0, 'BUNDLE_PREREQUISITE'],
    ['at its end, signed later', index('delta', 50, 90), state(90), 0, 'continues'],
    ['at its end, seen since', index('delta', 50, 90), state(90, 500), 0, 'applied'],
    ['at its end, late rows missing', index('full', 0, 90), unfinished(90, 900), 0, 'continues'],
    ['the same, changes only', index('delta', 50, 90), unfinished(90, 900), 0, 'applied'],
    // The file says 900, nobody signed it.
    [
      'at its end, an unsigned later date',
      index('delta', 50, 90),
      unsigned(90, 900),
      0,
      'continues',
    ],
    ['beyond its end', index('delta', 50, 90), state(91), 0, 'BUNDLE_OLDER'],
    ['beyond a full one', index('full', 0, 90), state(91), 0, 'BUNDLE_OLDER'],
    ['before the base of a full one', index('full', 0, 90), state(49), 0, 'first'],
    ['after the base of a full one', index('full', 0, 90), state(50), 0, 'continues'],
    ['another history, full', index('full', 0, 90), state(70, 100, 'E0'), 400, 'first'],
    ['another history, older', index('full', 0, 90), state(70, 100, 'E2'), 401, 'BUNDLE_OLDER'],
    [
      'another history, changes',
      index('delta', 50, 90),
      state(70, 1, 'E0'),
      0,
      'BUNDLE_NEEDS_FULL',
    ],
    [
      'broken off, from where it was whole',
      index('delta', 50, 90),
      brokenOff(70, 50),
      0,
      'continues',
    ],
    [
      'broken off, from further on',
      index('delta', 51, 90),
      brokenOff(70, 50),
      0,
      'BUNDLE_PREREQUISITE',
    ],
    ['broken off, at its end', index('delta', 51, 90), brokenOff(90, 50), 0, 'continues'],
    ['broken off at the base of a full one', index('full', 0, 90), brokenOff(50, 40), 400, 'first'],
    ['broken off after its base, full', index('full', 0, 90), brokenOff(60, 50), 400, 'continues'],
    [
      'broken off around its base',
      index('full', 0, 90),
      brokenOff(60, 40),
      0,
      'BUNDLE_PREREQUISITE',
    ],
    ['differing, at the base of a full one', index('full', 0, 90), differing(50), 400, 'mends'],
    ['differing, before its base', index('full', 0, 50), differing(49), 400, 'mends'],
    ['differing, after its base', index('full', 0, 90), differing(51), 400, 'continues'],
    ['differing, a newer manifest seen', index('full', 0, 90), differing(50), 401, 'mends'],
    ['differing, changes only', index('delta', 50, 90), differing(50), 400, 'continues'],
    ['differing, beyond its end', index('full', 0, 90), differing(91), 400, 'BUNDLE_OLDER'],
  ] as const)('%s', (_name, of, here, seenMs, expected) => {
    expect(told(() => fitOf(of, here, manifest, seenMs))).toBe(expected);
  });

  // Bug: a slice whose cursor was put back, mended by a stick of before what was proven here.
  it('differing, and from before what was proven', () => {
    const reached = { epoch: EPOCH, rseq: 91, issuedMs: 1 };
    const full = index('full', 0, 90);
    expect(told(() => fitOf(full, differing(50), manifest, 0, reached))).toBe('continues');
    const at = { ...reached, rseq: 90 };
    expect(told(() => fitOf(full, differing(50), manifest, 0, at))).toBe('mends');
  });

  // Bug: a slice that was lost, and a stick of before that fills the place with revoked certificates made valid again.
  it.each([
    [
      'before what was here',
      90,
      500,
      { epoch: EPOCH, rseq: 91, issuedMs: 400 },
      'BUNDLE_OLDER_THAN_SEEN',
    ],
    ['at what was here', 90, 500, { epoch: EPOCH, rseq: 90, issuedMs: 900 }, 'first'],
    [
      'of an earlier history',
      90,
      500,
      { epoch: 'E0', rseq: 9, issuedMs: 501 },
      'BUNDLE_OLDER_THAN_SEEN',
    ],
    ['of a later history', 90, 500, { epoch: 'E0', rseq: 999, issuedMs: 499 }, 'first'],
    ['where nothing ever was', 90, 500, null, 'first'],
  ] as const)('a full one %s, and no slice', (_name, to, issuedMs, reached, expected) => {
    const of = index('full', 0, to, issuedMs);
    expect(told(() => fitOf(of, none, manifest, 0, reached))).toBe(expected);
  });
});
