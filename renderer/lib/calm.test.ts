import { expect, test } from 'vitest';
import { calmWaitMs } from './calm';

const at = { shownAtMs: 10_000, everyMs: 2_000 };

// Bug: figures that are computed anew with each page of a synchronisation, or that stay the former ones after its end.
test('changes of a run wait for their turn, its end for nobody', () => {
  expect(calmWaitMs({ ...at, nowMs: 10_300 }, true)).toBe(1_700);
  expect(calmWaitMs({ ...at, nowMs: 12_000 }, true)).toBe(0);
  expect(calmWaitMs({ ...at, nowMs: 60_000 }, true)).toBe(0);
  expect(calmWaitMs({ ...at, nowMs: 10_001 }, false)).toBe(0);
});
