import { describe, expect, it } from 'vitest';
import { DeviceLimit } from './device-limit';
import { RateLimit } from './rate-limit';
import { parseRange } from './send-bytes';

describe('RateLimit', () => {
  // Would catch: a limit that never lets go, or that one address uses up for another.
  it('counts per address in a sliding window', () => {
    const limit = new RateLimit(2, 1_000, 2);
    expect([
      limit.hit('a', 0),
      limit.hit('a', 400),
      limit.hit('a', 500),
      limit.hit('b', 500),
    ]).toEqual([0, 0, 500, 0]);
    expect(limit.hit('a', 1_001)).toBe(0);
    // The third address pushes the oldest out of the memory instead of growing it.
    limit.hit('c', 1_001);
    expect(limit.hit('b', 1_001)).toBe(0);
  });
});

describe('DeviceLimit', () => {
  // Would catch: a device gone wild that is not slowed, one that is shut out for ever, or one that uses up another's.
  it('lets a burst pass, then a steady pace, for each device apart', () => {
    const limit = new DeviceLimit(3, 10, 2);
    const taken = [0, 0, 0, 0].map((nowMs) => limit.take('a', nowMs));
    expect(taken).toEqual([0, 0, 0, 100]);
    expect(limit.take('a', 100)).toBe(0);
    expect(limit.take('a', 100)).toBe(100);
    expect(limit.take('b', 100)).toBe(0);
    // A clock that is set back gives nothing away.
    expect(limit.take('a', 50)).toBe(100);
    expect([0, 1, 2, 3].map(() => limit.take('a', 60_000))).toEqual([0, 0, 0, 100]);
  });
});

describe('parseRange', () => {
  // Would catch: a range beyond the object that reads foreign memory, or a resumable download answered from the start.
  it('reads single ranges as RFC 9110 does', () => {
    const of = (header: string | undefined) => parseRange(header, 100);
    expect(of('bytes=10-')).toEqual({ from: 10, to: 99 });
    expect(of('bytes=10-19')).toEqual({ from: 10, to: 19 });
    expect(of('bytes=90-200')).toEqual({ from: 90, to: 99 });
    expect(of('bytes=-5')).toEqual({ from: 95, to: 99 });
    expect(of('bytes=-500')).toEqual({ from: 0, to: 99 });
    expect([of('bytes=100-'), of('bytes=-0')]).toEqual([null, null]);
    expect([
      of(undefined),
      of('bytes=5-4'),
      of('bytes=0-1,3-4'),
      of('rows=1-2'),
      of('bytes=-'),
    ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
