import { describe, expect, it } from 'vitest';
import type { BackupFacts } from './backup-facts';
import { dueOf, isSpared } from './schedule';

const DAY = 86_400_000;
const NOW = 1_795_000_000_000;
const facts = (change: Partial<BackupFacts>): BackupFacts => ({
  place: { path: '/stick', id: 'x' },
  sinceMs: NOW - 30 * DAY,
  lastMs: null,
  lastFullMs: null,
  failure: null,
  verified: null,
  drilled: null,
  ...change,
});

describe('when a backup is due', () => {
  // Would catch: backups without a place, or never the first one.
  it('begins with a full one as soon as there is a place', () => {
    expect(dueOf(facts({ place: null }), NOW)).toMatchObject({ nextMs: null, isStale: false });
    expect(dueOf(facts({ sinceMs: NOW }), NOW)).toEqual({
      nextMs: NOW,
      kind: 'full',
      isStale: false,
    });
  });

  // Would catch: a missed day that is never made up, or a full one that never comes again.
  it('is daily, weekly full, and makes up for days when the machine was off', () => {
    const day = { lastMs: NOW - DAY / 2, lastFullMs: NOW - 2 * DAY };
    expect(dueOf(facts(day), NOW).nextMs).toBeGreaterThan(NOW);
    expect(dueOf(facts({ ...day, lastMs: NOW - DAY }), NOW)).toMatchObject({ kind: 'incremental' });
    expect(dueOf(facts({ ...day, lastMs: NOW - DAY }), NOW).nextMs).toBeLessThanOrEqual(NOW);
    const away = { lastMs: NOW - 5 * DAY, lastFullMs: NOW - 9 * DAY };
    expect(dueOf(facts(away), NOW)).toMatchObject({ kind: 'full', isStale: true });
    expect(dueOf(facts(away), NOW).nextMs).toBeLessThan(NOW);
  });

  // Would catch: a clock that was once far ahead stopping every later backup.
  it('does not wait for a time in the future', () => {
    const ahead = { lastMs: NOW + 400 * DAY, lastFullMs: NOW - DAY };
    expect(dueOf(facts(ahead), NOW)).toMatchObject({ nextMs: NOW, isStale: true });
    const fullAhead = { lastMs: NOW - DAY, lastFullMs: NOW + 400 * DAY };
    expect(dueOf(facts(fullAhead), NOW)).toMatchObject({ kind: 'full' });
  });

  // Would catch: a long session of an administrator, whose copies nobody can open, that makes one at every look.
  it('spares the place from copies that nobody can open', () => {
    expect(isSpared(null, NOW)).toBe(false);
    expect(isSpared(NOW - 600_000, NOW)).toBe(true);
    expect(isSpared(NOW - DAY, NOW)).toBe(false);
    expect(isSpared(NOW + DAY, NOW)).toBe(false);
  });
});
