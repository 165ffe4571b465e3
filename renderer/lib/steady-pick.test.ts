import { describe, expect, it } from 'vitest';
import { pickOf } from './steady-pick';

// A colleague's key that is plugged in while a PIN is typed, and listed first, took the PIN.
describe('what a secret goes to', () => {
  it('is what stands first while nothing is chosen or typed', () => {
    expect(pickOf(null, 'a', ['a', 'b'])).toBe('a');
    expect(pickOf(null, null, [])).toBeNull();
  });
  it('stays where another one comes before it', () => {
    expect(pickOf('a', 'b', ['b', 'a'])).toBe('a');
  });
  it('is nothing when it went, whatever else is there, and itself when it is back', () => {
    expect(pickOf('a', 'b', ['b'])).toBeNull();
    expect(pickOf('a', 'b', ['b', 'a'])).toBe('a');
  });
});
