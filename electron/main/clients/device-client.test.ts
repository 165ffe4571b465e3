import { describe, expect, it } from 'vitest';
import { HandoverEnd, sealTo } from '../../crypto/handover';
import { DeviceClient } from './device-client';
import type { ProcessLink } from './process-link';

const CONFIGURATION = { pkcs11Libraries: [], skfProfiles: [], isPracticeOffice: true } as const;
const PIN = new TextEncoder().encode('246813579');
const SECRET = new Uint8Array(32).fill(0x5a);
const UNWRAP = { tokenId: 't', keyRef: 'k', wrapped: new Uint8Array(8) } as const;

/** A U-Key process of the test's own, and everything that was posted to it. */
function startClient(isReady: boolean) {
  const posted: unknown[] = [];
  const end = new HandoverEnd();
  let say: (message: unknown) => void = () => undefined;
  let exit: (code: number | null) => void = () => undefined;
  const opened: Uint8Array[] = [];
  const link: ProcessLink = {
    post: (message) => {
      const copy = structuredClone(message) as Record<string, unknown>;
      posted.push(copy);
      const { id, sealed, replyTo } = copy as {
        id: number;
        sealed?: Uint8Array;
        replyTo?: Uint8Array;
      };
      if (sealed === undefined || replyTo === undefined) {
        queueMicrotask(() => say({ kind: 'answer', id, ok: true, value: null }));
        return;
      }
      opened.push(end.open(sealed).pin ?? new Uint8Array());
      const answer = { kind: 'answer', id, ok: true, sealed: sealTo(replyTo, { value: SECRET }) };
      queueMicrotask(() => say(answer));
    },
    onMessage: (listener) => {
      say = listener;
      if (isReady) queueMicrotask(() => say({ kind: 'ready', point: end.point }));
    },
    onExit: (listener) => {
      exit = listener;
    },
    kill: () => undefined,
  };
  const client = new DeviceClient(
    () => link,
    () => ({ ...CONFIGURATION, pkcs11Libraries: [], skfProfiles: [] }),
    () => undefined,
  );
  return { client, posted, opened, exit: () => exit(1) };
}

const bytesIn = (message: unknown): Buffer =>
  Buffer.concat(
    Object.values(message as Record<string, unknown>).map((value) =>
      value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)),
    ),
  );

describe('the line to the U-Key process', () => {
  // Would catch: a PIN in plain in a message, a PIN that is lost when the caller clears it early, a secret misread.
  it('carries PINs and unwrapped secrets sealed', async () => {
    const { client, posted, opened } = startClient(true);
    const pin = PIN.slice();
    const answer = await client.call('unwrap', { ...UNWRAP, pin });
    expect(answer).toEqual({ ok: true, value: SECRET });
    expect(opened).toEqual([PIN]);
    expect(pin).toEqual(PIN);
    expect(posted).toHaveLength(2);
    for (const message of posted) {
      expect(message).not.toHaveProperty('pin');
      expect(bytesIn(message).includes(Buffer.from(PIN))).toBe(false);
    }
  });

  // Would catch: a call that waits for ever for a process which ended before it listened.
  it('fails when the process ends before it listens', async () => {
    const { client, exit } = startClient(false);
    const call = client.call('unwrap', { ...UNWRAP, pin: PIN.slice() });
    setTimeout(exit, 20);
    await expect(call).rejects.toMatchObject({ code: 'DEVICE_CRASHED' });
  });

  // Would catch: a library that hangs for ever holds every later call, too; a time-out that leaves its call running.
  it('ends a process that is silent, or whose key use timed out, and starts another', async () => {
    for (const isSilent of [true, false]) {
      const kills: number[] = [];
      let starts = 0;
      const startHung = (): ProcessLink => {
        starts += 1;
        const own = starts;
        let say: (message: unknown) => void = () => undefined;
        return {
          post: (message) => {
            const { id, kind } = message as { id: number; kind: string };
            const failure = { kind: 'timeout' };
            const answer = { kind: 'answer', id, ok: true, value: null };
            if (kind !== 'unwrap' || own > 1) queueMicrotask(() => say(answer));
            else if (!isSilent)
              queueMicrotask(() => say({ kind: 'answer', id, ok: false, failure }));
          },
          onMessage: (listener) => {
            say = listener;
            queueMicrotask(() => say({ kind: 'ready', point: new HandoverEnd().point }));
          },
          onExit: () => undefined,
          kill: () => void kills.push(own),
        };
      };
      let changes = 0;
      const client = new DeviceClient(
        startHung,
        () => ({ ...CONFIGURATION, pkcs11Libraries: [], skfProfiles: [] }),
        () => {
          changes += 1;
        },
        { readMs: 1_000, useMs: 50, loadMs: 20_000 },
      );
      const hung = client.call('unwrap', { ...UNWRAP, pin: PIN.slice() });
      if (isSilent) await expect(hung).rejects.toMatchObject({ code: 'DEVICE_CRASHED' });
      else expect(await hung).toEqual({ ok: false, failure: { kind: 'timeout' } });
      expect([kills, changes]).toEqual([[1], 1]);
      expect((await client.call('list', {})).ok).toBe(true);
      expect([starts, kills]).toEqual([2, [1]]);
    }
  });
});
