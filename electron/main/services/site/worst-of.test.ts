import { expect, it } from 'vitest';
import { worstOf } from './worst-of';

const visit = (last: number) => ({
  id: 'V',
  place: '',
  startedMs: 0,
  closedMs: null,
  people: [],
  last,
});

// Would catch: a revoked certificate and one in force in one picture, and the large verdict green.
it('shows the worst of several codes beside the newest roster, and of equals the last', () => {
  const verdicts = ['valid', 'revoked', 'not-in-slice', 'expiring'] as const;
  for (let turn = 0; turn < verdicts.length; turn++) {
    const turned = [...verdicts.slice(turn), ...verdicts.slice(0, turn)];
    const taken = turned.map((verdict, i) => ({ check: { verdict }, visit: visit(i) }));
    expect(worstOf(taken)).toEqual({ check: { verdict: 'revoked' }, visit: visit(3) });
  }
  const two = [
    { check: { verdict: 'valid' as const, nth: 1 }, visit: visit(1) },
    { check: { verdict: 'valid' as const, nth: 2 }, visit: visit(2) },
  ];
  expect(worstOf(two)?.check).toEqual({ verdict: 'valid', nth: 2 });
  expect(worstOf([])).toBeNull();
});
