import { beforeEach, expect, test } from 'vitest';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { addScans, beginScan, clearScans, useScans } from './scan-store';

const check = (holder: string) => ({ holder }) as ScanCheck;
const holders = () => useScans.getState().entries.map(({ check: { holder } }) => holder);
beforeEach(clearScans);

// Bug: the answer about the paper before comes late and stands large, in green, when somebody comes back to the page.
test('a late answer is never the topmost, nor shown where the paper after it has none', () => {
  beginScan();
  addScans([check('B')], 'm');
  addScans([check('A')], 'm', true);
  expect([holders(), useScans.getState().isShown]).toEqual([['B', 'A'], true]);
  beginScan();
  // The check of the last paper failed; the one before it is answered now.
  addScans([check('C')], 'm', true);
  expect([holders(), useScans.getState().isShown]).toEqual([['B', 'C', 'A'], false]);
  clearScans();
  beginScan();
  addScans([check('A')], 'm', true);
  expect([holders(), useScans.getState().isShown]).toEqual([['A'], false]);
});
