import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors/app-error';
import { BulkEnd, BulkLane, type BulkMessage, hasBulk } from './bulk';
import { PendingCalls } from './threads/rpc';

const bytes = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);

function rig() {
  const calls = new PendingCalls();
  const under: BulkMessage[] = [];
  const lane = new BulkLane(calls, (message) => under.push(structuredClone(message)));
  return { calls, under, lane, answer: (id: number) => calls.settle({ id, ok: true, data: {} }) };
}

describe('bytes that go ahead in parts', () => {
  // Would catch: rows that come in another order or with a hole, or two objects mixed up.
  it('come whole, two objects at once', async () => {
    const { lane, under, answer } = rig();
    const [object, page] = [bytes(1_000_001, 1), bytes(262_144, 2)];
    const sending = [
      lane.ahead({ object, sha256: 'a', sealed: null }),
      lane.ahead({ page, checkpoint: 7 }),
    ];
    const end = new BulkEnd();
    let most = 0;
    const done = Promise.all(sending);
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    while (!isDone) {
      most = Math.max(most, under.length);
      const message = under.shift();
      if (message !== undefined) {
        end.take(message.part);
        answer(message.id);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Would catch: all parts in the channel at once, so that a question waits for them as before.
    expect(most).toBe(2);
    const [first, second] = await done;
    expect(end.whole(first?.input, first?.bulk ?? {})).toEqual({
      object,
      sha256: 'a',
      sealed: null,
    });
    expect(end.whole(second?.input, second?.bulk ?? {})).toEqual({ page, checkpoint: 7 });
  });

  // Would catch: a small call that has to wait in the lane of the large ones.
  it('are those that are worth it', () => {
    expect(hasBulk({ object: bytes(4_096, 1), sealed: null })).toBe(false);
    expect(hasBulk({ object: bytes(131_072, 1) })).toBe(true);
  });

  // Would catch: a lane that stands still for ever once one sending failed.
  it('fail with the process, all that wait', async () => {
    const { calls, lane } = rig();
    const sending = [bytes(300_000, 1), bytes(300_000, 2)].map((object) => lane.ahead({ object }));
    calls.abandon(new AppError('STORE_CRASHED'));
    for (const one of sending) await expect(one).rejects.toMatchObject({ code: 'STORE_CRASHED' });
  });

  // Would catch: half an object taken for a whole one, and memory for whatever somebody says is coming.
  it('are refused where they do not follow each other, or lack an end', () => {
    const end = new BulkEnd();
    const saying = (detail: string) => expect.objectContaining({ detail });
    const taking = (bulk: number, length: number, at: number, count: number) => () =>
      end.take({ bulk, length, at, bytes: bytes(count, 1) });
    taking(1, 10, 0, 4)();
    expect(taking(1, 10, 6, 4)).toThrow(saying('part 6 of 10'));
    expect(taking(1, 10, 4, 7)).toThrow(saying('part 4 of 10'));
    expect(taking(2, 10, 4, 1)).toThrow(saying('part 4 of 10'));
    expect(() => end.whole({}, { object: 1 })).toThrow(saying('object did not come whole'));
    expect(taking(3, 2 ** 31, 0, 1)).toThrow(saying(`${2 ** 31} bytes, 0 under way`));
  });
});
