import { describe, expect, it } from 'vitest';
import { runtimeOf } from './runtime';

const plain = { isTesting: false, isFallbackForced: false };

describe('runtimeOf', () => {
  // Bug: the tests' exemption reachable elsewhere, which would open real data on an end-of-life runtime.
  it('opens real offices on the fallback in a source checkout under test only', () => {
    expect(runtimeOf('25.1.1', plain).opensRealOffices).toBe(false);
    expect(runtimeOf('25.1.1', { ...plain, isTesting: true }).opensRealOffices).toBe(true);
    expect(runtimeOf('45.4.1', plain).opensRealOffices).toBe(true);
  });

  // Bug: a version that cannot be read counted as new, or a switch weakening the judgement.
  it('judges by the version; a switch only makes it stricter', () => {
    expect(runtimeOf('x', plain).isFallback).toBe(true);
    expect(runtimeOf('25.1.1', plain).isFallback).toBe(true);
    expect(runtimeOf('45.4.1', { ...plain, isFallbackForced: true }).isFallback).toBe(true);
  });
});
