import { expect, test } from 'vitest';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { codeDayOf, isStaleVerdict } from './verdict-look';

const code = (isOld: boolean): NonNullable<ScanCheck['code']> => ({
  ...{ issuer: '某省', kind: null, validFrom: 1, validTo: 2, reviewDue: null, hasPhoto: false },
  ...{ asOfDay: 20_700, isOld },
});
const certificate: ScanCheck['certificates'][number] = {
  ...{ id: 1, kind: null, number: 'N', status: 'valid', validTo: 2 },
};

// Bug: the green of a code is solid by a fresh slice although the list that it rests on is old, and hatched the other way round;
// the band does not say as of which day.
test('a verdict is as old as what it rests on', () => {
  for (const isSliceStale of [true, false]) {
    expect(isStaleVerdict({ code: code(true), certificates: [] }, isSliceStale)).toBe(true);
    expect(isStaleVerdict({ code: code(false), certificates: [] }, isSliceStale)).toBe(false);
    expect(isStaleVerdict({ code: null, certificates: [] }, isSliceStale)).toBe(isSliceStale);
    expect(isStaleVerdict({ code: code(true), certificates: [certificate] }, isSliceStale)).toBe(
      isSliceStale,
    );
  }
  expect(codeDayOf({ code: code(false), certificates: [] })).toBe(20_700);
  expect(codeDayOf({ code: code(false), certificates: [certificate] })).toBeNull();
});
