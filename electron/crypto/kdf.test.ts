import { describe, expect, it } from 'vitest';
import { ARGON2_FLOOR, argon2, measureArgon2 } from './kdf';

describe('Argon2id', () => {
  // Would catch: another variant, version or parameter order (vector of the reference implementation's test.c).
  it('gives the reference vector', async () => {
    const out = await argon2(Buffer.from('password'), Buffer.from('somesalt'), {
      memoryKiB: 65_536,
      passes: 2,
      lanes: 1,
    });
    expect(Buffer.from(out).toString('hex')).toBe(
      '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
    );
  });

  // Would catch: a slow machine talking the parameters below the floor, or a fast one past what the format takes.
  it('never goes below the floor', async () => {
    expect(await measureArgon2(1, { memoryKiB: 64, passes: 3, lanes: 1 })).toEqual({
      memoryKiB: 64,
      passes: 3,
      lanes: 1,
    });
    expect((await measureArgon2(60_000, { memoryKiB: 64, passes: 3, lanes: 1 })).passes).toBe(10);
    expect(ARGON2_FLOOR).toEqual({ memoryKiB: 65_536, passes: 3, lanes: 1 });
  });
});
