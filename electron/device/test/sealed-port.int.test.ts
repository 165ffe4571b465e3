import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HandoverEnd, sealTo } from '../../crypto/handover';
import { type ProcessPort, portPair } from '../process-port';
import type { DeviceMessage } from '../protocol';
import { sealedPort } from '../sealed-port';
import { serveDevice } from '../serve';

const directory = mkdtempSync(join(tmpdir(), 'fieldcert-sealed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const PIN = new TextEncoder().encode('246813579');
const HOLDER = { name: '王伟', badge: 'A-1024', office: '练习科' };

/** The raw channel to a served device, and all that passed on it. */
async function connect(serve: (port: ProcessPort) => void) {
  const [ours, theirs] = portPair();
  const seen: DeviceMessage[] = [];
  ours.onMessage((message) => void seen.push(message as DeviceMessage));
  serve(theirs);
  const find = async (isIt: (message: DeviceMessage) => boolean): Promise<DeviceMessage> => {
    await expect.poll(() => seen.some(isIt), { timeout: 60_000 }).toBe(true);
    return seen.find(isIt) as DeviceMessage;
  };
  const ready = await find(({ kind }) => kind === 'ready');
  const point = ready.kind === 'ready' ? ready.point : undefined;
  if (point === undefined) throw new Error('no point');
  const answerTo = (id: number) => find((one) => one.kind === 'answer' && one.id === id);
  return { ours, point, answerTo };
}

describe('the sealed channel of the device process', () => {
  // Would catch: a sealed PIN that does not arrive, or a PIN in plain that is taken.
  it('takes PINs sealed, and no other', async () => {
    const { ours, point, answerTo } = await connect((port) => serveDevice(sealedPort(port)));
    ours.postMessage({
      kind: 'configure',
      id: 1,
      pkcs11Libraries: [],
      skfProfiles: [],
      training: { directory },
      isPracticeOffice: true,
    });
    await answerTo(1);
    ours.postMessage({ kind: 'makeTrainingKey', id: 2, holder: HOLDER, pin: PIN });
    const foreign = sealTo(new HandoverEnd().point, { pin: PIN });
    ours.postMessage({ kind: 'makeTrainingKey', id: 3, holder: HOLDER, sealed: foreign });
    ours.postMessage({ kind: 'list', id: 4 });
    expect(await answerTo(4)).toMatchObject({ ok: true, value: { tokens: [] } });
    const sealed = sealTo(point, { pin: PIN });
    expect(Buffer.from(sealed).includes(Buffer.from(PIN))).toBe(false);
    ours.postMessage({ kind: 'makeTrainingKey', id: 5, holder: HOLDER, sealed });
    expect(await answerTo(5)).toMatchObject({ ok: true, value: { tokenId: expect.anything() } });
    // The two before were not made late either: a second key would be another file.
    ours.postMessage({ kind: 'list', id: 6 });
    const listed = await answerTo(6);
    expect(listed).toMatchObject({ ok: true, value: { tokens: [expect.anything()] } });
  });

  // Would catch: a token's secret that goes back in plain, stays in the process, or is sealed to somebody else.
  it('sends back sealed what a token unwraps', async () => {
    const secret = new Uint8Array(32).fill(0x5a);
    const { ours, point, answerTo } = await connect((port) => {
      const inner = sealedPort(port);
      inner.onMessage((message) => {
        const { id, pin } = message as { id: number; pin: Uint8Array };
        expect(pin).toEqual(PIN);
        inner.postMessage({ kind: 'answer', id, ok: true, value: secret });
      });
      inner.postMessage({ kind: 'ready' });
    });
    const own = new HandoverEnd();
    const sealed = sealTo(point, { pin: PIN });
    ours.postMessage({ kind: 'unwrap', id: 9, sealed, replyTo: own.point });
    const answer = (await answerTo(9)) as unknown as { sealed: Uint8Array };
    expect('value' in answer).toBe(false);
    expect(own.open(answer.sealed).value).toEqual(new Uint8Array(32).fill(0x5a));
    expect(secret).toEqual(new Uint8Array(32));
  });
});
