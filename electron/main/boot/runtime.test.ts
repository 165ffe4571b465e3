import { describe, expect, it } from 'vitest';
import { runtimeOf } from './runtime';

describe('runtimeOf', () => {
  // Bug: the tests' exemption reachable in a package, which would open real data on an end-of-life runtime.
  it('opens real offices on the fallback in a source checkout under test only', () => {
    const testing = { FIELDCERT_TESTING: '1' };
    expect(runtimeOf('25.1.1', {}, false).opensRealOffices).toBe(false);
    expect(runtimeOf('25.1.1', testing, true).opensRealOffices).toBe(false);
    expect(runtimeOf('25.1.1', testing, false).opensRealOffices).toBe(true);
    expect(runtimeOf('45.4.1', {}, true).opensRealOffices).toBe(true);
  });

  // Bug: a version that cannot be read counted as new, or the variable weakening the judgement.
  it('judges by the version; the variable only makes it stricter', () => {
    expect(runtimeOf('x', {}, false).isFallback).toBe(true);
    expect(runtimeOf('25.1.1', { FIELDCERT_RUNTIME: 'pinned' }, false).isFallback).toBe(true);
    expect(runtimeOf('45.4.1', { FIELDCERT_RUNTIME: 'fallback' }, false).isFallback).toBe(true);
  });
});
