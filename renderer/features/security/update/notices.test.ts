import { describe, expect, it } from 'vitest';
import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { noticesOf } from './notices';

const offer: NonNullable<UpdateStatus['offer']> = {
  version: '1.1.0',
  publishedMs: 0,
  notes: { 'zh-CN': '', en: '', ug: '' },
  bytes: 1,
  isDue: true,
  dueMs: 1,
  origin: 'line',
};
const status: UpdateStatus = {
  version: '1.0.0',
  supply: 'line',
  host: null,
  channel: 'stable',
  phase: 'found',
  checkedMs: 1,
  offer,
  doneBytes: 0,
  refused: null,
  way: 'swap',
  file: null,
  installAt: null,
  last: { from: '0.9.0', to: '1.0.0', atMs: 1, outcome: 'installed' },
};
const refused: UpdateStatus['refused'] = { code: 'UPDATE_UNREACHABLE', reason: null };

describe('what is told about updates first', () => {
  // Would catch: a version that has to be installed now and is not told any more since a check was refused.
  it('tells what is due also after a check that was refused', () => {
    expect(noticesOf({ ...status, refused })).toEqual(['refused', 'due']);
    expect(noticesOf(status)).toEqual(['due']);
    expect(noticesOf({ ...status, refused, offer: { ...offer, isDue: false } })).toEqual([
      'refused',
    ]);
    expect(noticesOf({ ...status, refused, offer: null })).toEqual(['refused']);
  });

  // Would catch: a version that did not open and is told as installed; one that ran long ago told as new.
  it('tells what became of the last one only while nothing presses', () => {
    const calm = { ...status, offer: null };
    expect(noticesOf(calm)).toEqual(['installed']);
    expect(noticesOf({ ...calm, version: '1.0.1' })).toEqual(['idle']);
    expect(noticesOf({ ...calm, version: '1.0.1', supply: 'off' })).toEqual([]);
    for (const [outcome, told] of [
      ['returned', 'returned'],
      ['refused', 'not-placed'],
    ] as const) {
      const last = { from: '0.9.0', to: '1.0.0', atMs: 1, outcome };
      expect(noticesOf({ ...calm, last })).toEqual([told]);
      expect(noticesOf({ ...calm, last, offer })).toEqual(['due']);
    }
  });
});
