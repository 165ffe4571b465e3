import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyRing } from './key-ring';
import { packTransport, TransportRing } from './transport-ring';

const pair = (keyEpoch: number) => ({
  keyEpoch,
  transportPublic: randomBytes(32),
  transportPrivate: randomBytes(32),
});
const ring = () => {
  const [transportPublic, transportPrivate] = [randomBytes(32), randomBytes(32)];
  return new KeyRing({ transportPublic, transportPrivate });
};

describe('transport keys by epoch', () => {
  // Would catch: a key handed out for another epoch than asked for, or one side for the other.
  it('gives the key of the epoch and side that was asked for, and of no other', () => {
    const epochs = fc.uniqueArray(fc.integer({ min: 1, max: 0xffffffff }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(epochs, fc.integer({ min: 1, max: 0xffffffff }), (list, other) => {
        const pairs = list.map(pair);
        for (const side of ['transportPublic', 'transportPrivate'] as const) {
          const held = new TransportRing(packTransport(pairs, side));
          for (const one of pairs)
            expect(Buffer.from(held.keyOf(one.keyEpoch)).equals(one[side])).toBe(true);
          if (!list.includes(other))
            expect(() => held.keyOf(other)).toThrow(
              expect.objectContaining({
                code: 'SYNC_KEY_EPOCH',
                params: { epoch: other, held: list.at(-1) },
              }),
            );
        }
      }),
    );
  });

  // Would catch: a single key of before taken for a ring, and read as epoch and half a key.
  it('takes nothing that is no ring', () => {
    for (const length of [0, 32, 35, 37])
      expect(() => new TransportRing(new Uint8Array(length))).toThrow(RangeError);
  });

  // Would catch: former keys that stay in memory after they were replaced, or any after the lock.
  it('leaves nothing behind that was replaced or zeroed', () => {
    const first = packTransport([pair(1)], 'transportPublic');
    const second = packTransport([pair(2)], 'transportPublic');
    const held = new TransportRing(first);
    held.replace(second);
    expect(first.every((byte) => byte === 0)).toBe(true);
    held.zero();
    expect(second.every((byte) => byte === 0)).toBe(true);
    expect(() => held.keyOf(2)).toThrow();
  });
});

describe('the pairs of a session', () => {
  // Would catch: a region that never changed its keys and cannot be opened any more.
  it("are the slots' pair as the first epoch until others come", () => {
    const keys = ring();
    expect(keys.transportEpochs).toEqual([1]);
    const packed = new TransportRing(keys.packedTransport('transportPrivate'));
    expect([...packed.keyOf(1)]).toEqual([...keys.copy('transportPrivate')]);
  });

  // Would catch: pairs that outlive the lock, or come back after it; those of an administrator.
  it('go with the session, and come to no role that holds none', () => {
    const keys = ring();
    const pairs = [pair(1), pair(2)];
    keys.holdTransport(pairs);
    expect(keys.holdsTransport(pairs)).toBe(true);
    const own = keys.peekTransport(2);
    keys.holdTransport([pair(2)]);
    expect(own?.transportPrivate.every((byte) => byte === 0)).toBe(true);
    const last = keys.peekTransport(2);
    keys.zero();
    expect(last?.transportPublic.every((byte) => byte === 0)).toBe(true);
    keys.holdTransport(pairs);
    expect(keys.transportEpochs).toEqual([]);
    const admin = new KeyRing({ journal: randomBytes(32) });
    admin.holdTransport(pairs);
    expect(admin.transportEpochs).toEqual([]);
    expect(() => admin.packedTransport('transportPublic')).toThrow(RangeError);
  });

  // Would catch: a rotation of the slots' pair that leaves the former one in the ring of the session.
  it('of a restricted ring go with the keys that a role may not hold', () => {
    const keys = ring();
    keys.holdTransport([pair(1), pair(2)]);
    keys.restrict('administration');
    expect(keys.transportEpochs).toEqual([]);
  });
});
