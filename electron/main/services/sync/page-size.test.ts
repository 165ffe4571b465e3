import { describe, expect, it } from 'vitest';
import { DEFAULT_PAGE_ROWS } from '../../../../shared/protocol/endpoints';
import { LinePace } from './line-pace';
import { pageRows } from './page-size';

const paceOf = (bytesPerSecond: number): LinePace => {
  const pace = new LinePace({ nowMs: () => 0 });
  pace.carried(bytesPerSecond * 10, 10_000);
  return pace;
};

describe('rows of a page of changes', () => {
  // Bug: a page that a slow line never carries whole before it breaks is asked for again and again.
  it('follow what the line carries, and halve when it breaks', () => {
    expect(pageRows(paceOf(2_000))).toBe(625);
    const pace = paceOf(2_000);
    pace.broke();
    expect(pageRows(pace)).toBe(312);
    for (let i = 0; i < 20; i++) pace.broke();
    expect(pageRows(pace)).toBe(100);
  });

  // Bug: a fast line makes pages whose one transaction holds up every search.
  it('are never more than the usual page, which is also the first', () => {
    expect(pageRows(paceOf(50_000_000))).toBe(DEFAULT_PAGE_ROWS);
    expect(pageRows(new LinePace({ nowMs: () => 0 }))).toBe(DEFAULT_PAGE_ROWS);
  });
});
