import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../electron/device/driver';
import {
  createSimulatedReader,
  type ReaderFault,
  type ReaderShape,
  type SimulatedReader,
} from '../../../electron/device/test/ccid/simulated-reader';
import { describeConformance, opensslVerifies } from '../../../electron/device/test/conformance';
import type { Card } from '../card/card';
import type { KeyType } from '../card/issue';
import { CARD_PIN, makeCard } from '../card/rig-card';
import { type DeviceLink, driverOf, linkDevice } from '../usb/device-link';
import { playedCard } from '../usb/played-card';
import { type MockBus, startOnMockBus } from './mock-bus';

const app = process.env.FIELDCERT_APP ?? process.cwd();
const electron = process.env.FIELDCERT_ELECTRON;
const pin = () => new TextEncoder().encode(CARD_PIN);
const calm = () => new AbortController().signal;
const kindOf = (outcome: Outcome<unknown>) => (outcome.ok ? 'done' : outcome.failure.kind);

/** The runtimes in which the product's device process must drive a token through its libusb. */
const RUNTIMES: readonly {
  name: string;
  command: string | undefined;
  types: readonly KeyType[];
}[] = [
  {
    name: 'Node',
    command: process.env.FIELDCERT_NODE ?? process.execPath,
    types: ['p256', 'rsa2048'],
  },
  { name: 'Electron as Node', command: electron, types: ['p256'] },
];
const SHAPES: readonly ReaderShape[] = [
  { level: 'extended-apdu', maxMessageBytes: 64 },
  { level: 'short-apdu', maxMessageBytes: 271 },
  { level: 'tpdu', maxMessageBytes: 271, isManual: true },
];

interface Desk {
  readonly bus: MockBus;
  readonly link: DeviceLink;
}

/** The product's device process, alone on a bus. */
async function startDevice(command: string | undefined): Promise<Desk> {
  if (command === undefined) throw new Error('no Electron: start this with npm test');
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const bus = await startOnMockBus(command, [join(app, 'dist/device/device.cjs')], env);
  const link = linkDevice((message) => bus.program.send(message));
  bus.program.on('message', (message) => link.receive(message));
  bus.program.on('exit', (code) => link.lost(`the device process ended: ${code}`));
  await link.heard('ready');
  const configured = await link.ask('configure', {
    pkcs11Libraries: [],
    skfProfiles: [],
    cardReaders: ['ccid-piv'],
    isPracticeOffice: false,
  });
  if (!configured.ok) throw new Error('not configured');
  return { bus, link };
}

for (const { name, command, types } of RUNTIMES) {
  for (const [index, type] of types.entries()) {
    const shape = SHAPES[index] ?? SHAPES[0];
    if (shape === undefined) throw new Error('no shape');
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-umock-'));
    let desk: Desk | undefined;
    afterAll(async () => {
      await desk?.bus.close();
      rmSync(folder, { recursive: true, force: true });
    });
    describeConformance(`ccid-piv over libusb in ${name}, ${shape.level}, ${type}`, async () => {
      const { bus, link } = await startDevice(command);
      desk = { bus, link };
      const card = playedCard(makeCard(folder, type));
      const plug = async () => {
        await bus.plug(createSimulatedReader(shape, card));
        await link.heard('token-added');
      };
      await plug();
      return {
        makeDriver: () => driverOf(link, 'ccid-piv'),
        pin: CARD_PIN,
        wrongPin: '000000',
        keyRefs: ['9c'],
        unwrapRefs: ['9d'],
        unplug: () => bus.pull(),
        replug: plug,
      };
    });
  }
}

describe('a token on a USB bus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-umock-'));
  let desk: Desk;
  let card: Card;
  let reader: SimulatedReader;
  let tokenId: string;

  beforeAll(async () => {
    desk = await startDevice(process.env.FIELDCERT_NODE ?? process.execPath);
    card = makeCard(folder, 'p256');
    await plug();
    const listed = await desk.link.ask('list', {});
    tokenId = listed.ok ? (listed.value.tokens[0]?.tokenId ?? '') : '';
  });
  afterAll(async () => {
    await desk.bus.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function plug(): Promise<void> {
    reader = createSimulatedReader({ level: 'tpdu', maxMessageBytes: 271 }, playedCard(card));
    await desk.bus.plug(reader);
    await desk.link.heard('token-added');
  }

  const sign = (message: Uint8Array, signal = calm()) => {
    const digests = [createHash('sha256').update(message).digest()];
    return desk.link.ask('sign', { tokenId, keyRef: '9c', pin: pin(), digests }, signal);
  };

  /** The token works, and openssl says so. */
  async function expectSigns(): Promise<void> {
    const certs = await desk.link.ask('certs', { tokenId });
    const der = certs.ok ? certs.value.find(({ keyRef }) => keyRef === '9c')?.der : undefined;
    const message = randomBytes(200);
    const signed = await sign(message);
    if (!signed.ok || der === undefined) throw new Error(JSON.stringify(signed));
    expect(opensslVerifies(folder, der, message, signed.value[0] ?? new Uint8Array())).toBe(true);
  }

  /** Runs at the command that makes the card sign. */
  function atSignature(act: () => void): void {
    desk.bus.onMessage((message) => {
      const isSignature = message[0] === 0x6f && message[11] === 0x87;
      if (!isSignature) return;
      desk.bus.onMessage(undefined);
      act();
    });
  }

  // Bug: a token pulled while it signs reads as a time-out or a cancel, or blocks the process until it comes back.
  it('answers token-removed when pulled while it signs, and signs again when it is back', async () => {
    atSignature(() => void desk.bus.pull());
    expect(kindOf(await sign(randomBytes(10)))).toBe('token-removed');
    expect(kindOf(await sign(randomBytes(10)))).toBe('no-token');
    await plug();
    await expectSigns();
  });

  // Bug: answers to others are taken for ours, endless ones hang the token's line, long ones overrun.
  it('names what a misbehaving token does, and signs again when it behaves', async () => {
    const faults: [ReaderFault, string[]][] = [
      ['foreign-sequence', ['done']],
      ['slow', ['done']],
      ['endless-extension', ['timeout']],
      ['oversized-answer', ['failed']],
      ['lying-length', ['failed']],
      ['headless', ['failed']],
    ];
    for (const [fault, expected] of faults) {
      atSignature(() => reader.misbehave(fault));
      expect([fault, expected]).toEqual([fault, [kindOf(await sign(randomBytes(10)))]]);
      reader.misbehave();
      await expectSigns();
    }
  });

  // Bug: a signing that waits for a finger cannot be left, or its late answer is given to the next command.
  it('is cancelled while the card waits for a finger', async () => {
    const controller = new AbortController();
    atSignature(() => {
      reader.misbehave('silent');
      controller.abort();
    });
    expect(kindOf(await sign(randomBytes(10), controller.signal))).toBe('cancelled');
    reader.misbehave();
    await expectSigns();
  });

  // Bug: a token held by another program reads as none, and nobody is told what to close.
  it('says that another program holds the interface', async () => {
    await desk.bus.hold(true);
    const held = await sign(randomBytes(10));
    await desk.bus.hold(false);
    expect(kindOf(held)).toBe('busy');
    await expectSigns();
  });
});
