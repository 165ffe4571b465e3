import { setTimeout as wait } from 'node:timers/promises';
import { openCard } from '../../../../electron/device/ccid/ccid-card';
import { parseClassDescriptor } from '../../../../electron/device/ccid/class-descriptor';
import { createExchange } from '../../../../electron/device/ccid/exchange';
import { createDevice } from '../../../../electron/device/device';
import { createPcscReaders } from '../../../../electron/device/pcsc/pcsc-readers';
import type { CardReaders, CardTransport } from '../../../../electron/device/piv/card-transport';
import { createPivDriver } from '../../../../electron/device/piv/piv-driver';
import { pipeTo } from '../../../../electron/device/test/ccid/reader-pipe';
import { createSimulatedReader } from '../../../../electron/device/test/ccid/simulated-reader';
import type { Card } from '../../../rigs/card/card';
import { CARD_PIN, makeCard } from '../../../rigs/card/rig-card';
import { startReaderService } from '../../../rigs/vpcd/reader-service';
import { freshFolder } from '../../frame/folders';
import { startDevice } from '../../real/device-process';
import { demand, digest, type OpenWay, onlyToken, type Sides, sessionOf } from './sides';

const INS_AUTHENTICATE = 0x87;
const BARE = 'VERIFY, GENERAL AUTHENTICATE (software PIV card, P-256';
const calm = () => new AbortController().signal;

/** The two commands without which a PIV card does not sign with 9C. Throws on any answer but 9000. */
async function bareWay(readers: CardReaders): Promise<OpenWay> {
  const [reader] = await readers.list();
  const card = await readers.connect(reader?.name ?? '', calm());
  const send = async (bytes: Uint8Array): Promise<void> => {
    const answer = await card.transmit(bytes, calm());
    if (answer.at(-2) !== 0x90) throw new Error(`card answers ${answer.at(-2)?.toString(16)}`);
  };
  const pin = Buffer.alloc(8, 0xff);
  pin.write(CARD_PIN, 'latin1');
  const verify = Buffer.from([0x00, 0x20, 0x00, 0x80, 8, ...pin]);
  const select = Buffer.from('00a4040009a0000003080000100000', 'hex');
  await send(select);
  return {
    sign: () =>
      card.exclusively(async () => {
        const data = [0x7c, 36, 0x82, 0, 0x81, 32, ...digest()];
        await send(verify);
        await send(Buffer.from([0x00, INS_AUTHENTICATE, 0x11, 0x9c, data.length, ...data, 0]));
      }, 'keep'),
    end: () => card.close(),
  };
}

/** A software card behind a real pcscd and its virtual reader. */
export async function pcscSides(): Promise<Sides> {
  const service = await startReaderService();
  Object.assign(process.env, service.env);
  await service.insert(makeCard(freshFolder('pcsc'), 'p256'));
  const device = startDevice({ cardReaders: ['pcsc-piv'] }, service.env);
  const readers = createPcscReaders();
  const tokenId = await onlyToken(device);
  return {
    driver: 'pcsc-piv',
    bareName: `${BARE}, pcscd)`,
    ours: () => sessionOf(device, tokenId, '9c', CARD_PIN),
    bare: () => bareWay(readers),
    slow: (ms) =>
      service.delay(async (apdu) => {
        if (apdu[1] === INS_AUTHENTICATE) await wait(ms);
      }),
    end: async () => {
      device.stop();
      await readers.close();
      await service.stop();
    },
  };
}

/** A software card behind a simulated CCID reader: everything of the driver but the USB bus, and no process border. */
export async function ccidSides(): Promise<Sides> {
  const card = makeCard(freshFolder('ccid'), 'p256');
  const delay = { ms: 0 };
  const readers = simulatedReaders(card, delay);
  const device = createDevice([createPivDriver({ id: 'ccid-piv', readers })]);
  const [token] = (await device.list()).tokens;
  if (token === undefined) throw new Error('no card');
  return {
    driver: 'ccid-piv',
    bareName: `${BARE}, CCID without a bus)`,
    ours: async () => {
      const pin = new TextEncoder().encode(CARD_PIN);
      const use = { tokenId: token.tokenId, keyRef: '9c', pin, signal: calm() };
      const id = demand(await device.beginSigning(use));
      return {
        sign: async () => demand(await device.signNext(id, digest(), calm())),
        end: () => device.endSigning(id),
      };
    },
    bare: () => bareWay(readers),
    slow: (ms) => {
      delay.ms = ms;
    },
    end: () => device.close(),
  };
}

function simulatedReaders(card: Card, delay: { readonly ms: number }): CardReaders {
  const inserted = {
    atr: card.atr,
    transmit: async (apdu: Uint8Array) => {
      if (apdu[1] === INS_AUTHENTICATE && delay.ms > 0) await wait(delay.ms);
      return card.transmit(apdu);
    },
    reset: () => card.reset(),
  };
  const reader = createSimulatedReader({ level: 'short-apdu', maxMessageBytes: 271 }, inserted);
  const ccid = parseClassDescriptor(reader.classDescriptor);
  if (ccid === undefined) throw new Error('no class descriptor');
  const limits = { extensionMs: 60_000, extensions: 20 };
  return {
    list: async () => [{ name: 'Simulated', holds: 'card', insertion: 1 }],
    connect: (_name, signal): Promise<CardTransport> =>
      openCard(createExchange(pipeTo(reader), 0, limits), ccid, signal, async () => undefined),
    close: async () => undefined,
  };
}
