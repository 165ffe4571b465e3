import { createHash, randomBytes, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { portPair } from '../process-port';
import type { DeviceAnswers, DeviceMessage, DeviceRequest } from '../protocol';
import { serveDevice } from '../serve';

const directory = mkdtempSync(join(tmpdir(), 'fieldcert-device-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Kind = DeviceRequest['kind'];
type Body<K extends Kind> = Omit<Extract<DeviceRequest, { kind: K }>, 'kind' | 'id'>;
type Reply = Extract<DeviceMessage, { kind: 'answer' }>;

function connect() {
  const [ours, theirs] = portPair();
  const events: string[] = [];
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  ours.onMessage((message) => {
    const received = message as DeviceMessage;
    if (received.kind === 'answer') waiting.get(received.id)?.(received);
    else events.push(received.kind);
  });
  serveDevice(theirs);
  function send<K extends Kind>(kind: K, body: Body<K>): { id: number; reply: Promise<Reply> } {
    lastId += 1;
    const id = lastId;
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    ours.postMessage({ kind, id, ...body });
    return { id, reply };
  }
  async function ask<K extends Kind>(kind: K, body: Body<K>): Promise<DeviceAnswers[K]> {
    const reply = await send(kind, body).reply;
    if (!reply.ok) throw new Error(reply.failure.kind);
    return reply.value as DeviceAnswers[K];
  }
  return { ask, send, events, raw: ours };
}

const pin = (text: string) => new TextEncoder().encode(text);
const holder = { name: '王伟', badge: 'A-1024', office: '练习科' };

describe('the device process', () => {
  // Bug: a request's form and its handler do not fit; a signature comes back as something that cannot be verified.
  it('makes a practice key, tells that it came, and signs two digests with it', async () => {
    const { ask, events } = connect();
    await ask('configure', {
      pkcs11Libraries: [],
      skfProfiles: [],
      training: { directory },
      isPracticeOffice: true,
    });
    const token = await ask('makeTrainingKey', { holder, pin: pin('1357') });
    const { tokenId } = token;
    expect((await ask('list', {})).tokens).toEqual([token]);
    expect(await ask('pinStatus', { tokenId })).toEqual({ state: 'ok', triesLeft: 6 });
    const [certificate] = await ask('certs', { tokenId });
    const { keyRef = '', der = new Uint8Array() } = certificate ?? {};
    const messages = [randomBytes(10), randomBytes(20)];
    const digests = messages.map((message) => createHash('sha256').update(message).digest());
    const signatures = await ask('sign', { tokenId, keyRef, pin: pin('1357'), digests });
    const { publicKey } = new X509Certificate(der);
    messages.forEach((message, index) => {
      expect(verify('sha256', message, publicKey, signatures[index] ?? Buffer.alloc(0))).toBe(true);
    });
    const { signingId } = await ask('beginSigning', { tokenId, keyRef, pin: pin('1357') });
    expect(
      await ask('signNext', { signingId, digest: digests[0] ?? randomBytes(32) }),
    ).toBeInstanceOf(Uint8Array);
    await ask('endSigning', { signingId });
    expect(events).toContain('ready');
    expect(events).toContain('token-added');
  });

  // Bug: a cancel by request id does not reach the running call.
  it('cancels a running request', async () => {
    const { ask, send } = connect();
    await ask('configure', {
      pkcs11Libraries: [],
      skfProfiles: [],
      training: { directory },
      isPracticeOffice: true,
    });
    const [token] = (await ask('list', {})).tokens;
    const running = send('sign', {
      tokenId: token?.tokenId ?? '',
      keyRef: 'training',
      pin: pin('1357'),
      digests: [randomBytes(32)],
    });
    await ask('cancel', { target: running.id });
    const reply = await running.reply;
    expect(reply.ok ? 'signed' : reply.failure.kind).toBe('cancelled');
  });

  // Bug: the practice key is made or used in a real office; malformed messages bring the process down.
  it('refuses practice keys elsewhere and survives malformed messages', async () => {
    const { ask, send, raw } = connect();
    raw.postMessage({ kind: 'sign', id: 1, pin: 'text' });
    raw.postMessage(null);
    await ask('configure', {
      pkcs11Libraries: [],
      skfProfiles: [],
      training: { directory },
      isPracticeOffice: false,
    });
    expect((await ask('list', {})).tokens).toEqual([]);
    const reply = await send('makeTrainingKey', { holder, pin: pin('1357') }).reply;
    expect(reply.ok ? 'made' : reply.failure.kind).toBe('practice-only');
  });
});
