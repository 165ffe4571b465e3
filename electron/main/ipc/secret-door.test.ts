import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { boxContext, sealBox } from '../../../shared/protocol/sealed-box';
import { SecretDoor } from './secret-door';

const text = (value: string) => new TextEncoder().encode(value);
const seal = (spki: Uint8Array, secret: Uint8Array, context: string = boxContext.pageSecret) =>
  sealBox(webcrypto.subtle, spki, secret, context);

describe('secrets of a call', () => {
  // Would catch: a secret in the wrong place, or a key that opens what a later call sends.
  it('come back where they were, once', async () => {
    const door = new SecretDoor();
    const { id, spki } = door.issue();
    const boxes = [await seal(spki, text('password')), await seal(spki, text('123456'))];
    const input = {
      badge: 'A1',
      password: { $secret: 0 },
      token: { keyRef: '1', pin: { $secret: 1 } },
    };
    expect(await door.open(input, { id, boxes })).toEqual({
      badge: 'A1',
      password: text('password'),
      token: { keyRef: '1', pin: text('123456') },
    });
    expect(await door.open(input, { id, boxes })).toBe(input);
  });

  // Would catch: a box of another call, another use or a strange form taken, or an exception from one.
  it('of another key, context or form change nothing', async () => {
    const door = new SecretDoor();
    const input = { password: { $secret: 0 } };
    const own = door.issue();
    const other = door.issue();
    const wrong = { id: own.id, boxes: [await seal(other.spki, text('x'))] };
    expect(await door.open(input, wrong)).toBe(input);
    const use = { id: other.id, boxes: [await seal(other.spki, text('x'), 'outbox')] };
    expect(await door.open(input, use)).toBe(input);
    for (const sealed of [
      null,
      1,
      {},
      { id: 'x', boxes: [] },
      { id: door.issue().id, boxes: 'x' },
    ]) {
      expect(await door.open(input, sealed)).toBe(input);
    }
  });

  // Would catch: keys that a page can heap up without end.
  it('wait for a few calls only', async () => {
    const door = new SecretDoor();
    const { id, spki } = door.issue();
    for (let i = 0; i < 16; i++) door.issue();
    const input = { password: { $secret: 0 } };
    const boxes = [await seal(spki, text('x'))];
    expect(await door.open(input, { id, boxes })).toBe(input);
  });
});
