import { describe, expect, it } from 'vitest';
import {
  approversNeeded,
  bareRegion,
  coversRegion,
  type GrantScope,
  isWithin,
  mayDecide,
} from './scope';

const SCOPE: GrantScope = {
  ...{ regions: ['3302', '330106'], kinds: [1, 3], people: ['A1', 'B2'], days: 30 },
  ...{ fields: ['history', 'phone'], mayExport: true },
};

describe('who may decide on a request to other regions', () => {
  // Would catch: an authority that is no ancestor of the asking office, is the office's own level, or does not hold all that is asked.
  it('is a true ancestor of the office that covers everything that is asked', () => {
    expect(mayDecide('33', '330600', ['3302'])).toBe(true);
    expect(mayDecide('330000', '3306', ['3302', '3304'])).toBe(true);
    expect(mayDecide('3306', '330681', ['330602'])).toBe(true);
    // Of the office, but not of what is asked.
    expect(mayDecide('3306', '330681', ['3302'])).toBe(false);
    expect(mayDecide('33', '3306', ['3302', '4401'])).toBe(false);
    // Of what is asked, but not of the office.
    expect(mayDecide('33', '4401', ['3302'])).toBe(false);
    // The office itself, written short or long, and below it.
    expect(mayDecide('3306', '330600', ['3306'])).toBe(false);
    expect(mayDecide('330681', '3306', ['330681'])).toBe(false);
  });

  // Would catch: an authority without a region, or one digit of one, that holds the whole country.
  it('has a region', () => {
    expect([coversRegion('', '3302'), coversRegion('00', '3302')]).toEqual([false, false]);
    expect(coversRegion('3', '3302')).toBe(false);
    expect([bareRegion('330000'), bareRegion('330600'), bareRegion('330100')]).toEqual([
      ...['33', '3306', '3301'],
    ]);
  });

  // Would catch: one approver who is enough for exports or a quarter of a year.
  it('is two persons for exports and long terms', () => {
    expect(approversNeeded({ days: 90, mayExport: false })).toBe(1);
    expect(approversNeeded({ days: 91, mayExport: false })).toBe(2);
    expect(approversNeeded({ days: 1, mayExport: true })).toBe(2);
  });
});

describe('what an approver may leave of a request', () => {
  // Would catch: an approval that opens more than was asked for, in any single respect.
  it('is no more than was asked, in each respect by itself', () => {
    expect(isWithin(SCOPE, SCOPE)).toBe(true);
    const less: GrantScope = {
      ...{ regions: ['330205'], kinds: [3], people: ['B2'], days: 1 },
      ...{ fields: [], mayExport: false },
    };
    expect(isWithin(less, SCOPE)).toBe(true);
    const wider: readonly Partial<GrantScope>[] = [
      { regions: ['33'] },
      { regions: ['3302', '3301'] },
      { regions: ['330107'] },
      { kinds: [] },
      { kinds: [1, 2] },
      { people: [] },
      { people: ['A1', 'C3'] },
      { days: 31 },
      { fields: ['history', 'id-number'] },
    ];
    for (const change of wider)
      expect([change, isWithin({ ...less, ...change }, SCOPE)]).toEqual([change, false]);
    const quiet = { ...SCOPE, mayExport: false };
    expect(isWithin(SCOPE, quiet)).toBe(false);
    // None named is all there are: of that, any may be left.
    expect(isWithin(SCOPE, { ...SCOPE, kinds: [], people: [] })).toBe(true);
  });
});
