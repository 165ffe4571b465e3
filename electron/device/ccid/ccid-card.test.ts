import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CardError, type CardTransport } from '../piv/card-transport';
import { pipeTo } from '../test/ccid/reader-pipe';
import {
  createSimulatedReader,
  type ReaderFault,
  type ReaderShape,
  type SimulatedCard,
  type SimulatedReader,
} from '../test/ccid/simulated-reader';
import { openCard } from './ccid-card';
import { parseClassDescriptor } from './class-descriptor';
import { type BulkPipe, createExchange } from './exchange';

const calm = () => new AbortController().signal;
const T0_ATR = Buffer.from('3b888001554b4559544553541d', 'hex');
const T1_ATR = Buffer.from('3b8001' + '81', 'hex');
const ok = Buffer.from([0x90, 0]);

/** Gives back what it was sent, cut to Le where one is given: framing errors show as other bytes. */
function echoCard(): SimulatedCard & { resets: number; seen: Buffer[] } {
  const card = {
    atr: T0_ATR,
    resets: 0,
    seen: [] as Buffer[],
    transmit: async (apdu: Uint8Array) => {
      card.seen.push(Buffer.from(apdu));
      const lc = apdu.length > 5 ? (apdu[4] ?? 0) : 0;
      return Buffer.concat([apdu.subarray(5, 5 + lc), ok]);
    },
    reset: () => {
      card.resets += 1;
    },
  };
  return card;
}

async function open(reader: SimulatedReader, pipe: BulkPipe = pipeTo(reader)) {
  const ccid = parseClassDescriptor(reader.classDescriptor);
  if (ccid === undefined) throw new Error('the reader has no descriptor');
  const released = { count: 0 };
  const limits = { extensionMs: 60_000, extensions: 20 };
  const card = await openCard(createExchange(pipe, 0, limits), ccid, calm(), async () => {
    released.count += 1;
  });
  return { card, released };
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'fine';
  } catch (error) {
    if (error instanceof CardError) return error.fault;
    throw error;
  }
}

/** One APDU with everything that it asks for, as the PIV layer follows 61xx and 6Cxx. */
async function converse(card: CardTransport, apdu: Uint8Array): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let answer = await card.transmit(apdu, calm());
  while (answer.at(-2) === 0x61) {
    parts.push(answer.subarray(0, -2));
    answer = await card.transmit(Uint8Array.of(0, 0xc0, 0, 0, answer.at(-1) ?? 0), calm());
  }
  return Buffer.concat([...parts, answer]);
}

const shapes: fc.Arbitrary<ReaderShape> = fc.oneof(
  fc.record({
    level: fc.constant('extended-apdu' as const),
    maxMessageBytes: fc.oneof(fc.integer({ min: 15, max: 80 }), fc.constant(3_072)),
  }),
  fc.record({
    level: fc.constantFrom('short-apdu' as const, 'tpdu' as const),
    maxMessageBytes: fc.constant(271),
    isManual: fc.boolean(),
  }),
);

describe('a card over CCID', () => {
  // Bug: a level of exchange, a split command or a split answer loses, doubles or moves bytes.
  it('carries every APDU whole, at every level and message length', async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.uint8Array({ minLength: 0, maxLength: 255 }),
        fc.boolean(),
        async (shape, data, hasLe) => {
          const card = echoCard();
          const { card: transport } = await open(createSimulatedReader(shape, card));
          const head = Uint8Array.of(0, 0xcb, 0x3f, 0xff);
          const body = data.length === 0 ? [] : [data.length, ...data];
          const apdu = Uint8Array.of(...head, ...body, ...(hasLe ? [0] : []));
          const answer = await converse(transport, apdu);
          expect(answer.equals(Buffer.concat([data, ok]))).toBe(true);
          expect(card.seen).toHaveLength(1);
          await transport.close();
        },
      ),
      { numRuns: 300 },
    );
  });

  // Bug: an answer to another program's command is taken for ours; a card that is slow counts as broken.
  it('drops answers of a foreign sequence number and waits where the card asks for time', async () => {
    for (const fault of ['foreign-sequence', 'slow'] as const) {
      const reader = createSimulatedReader(
        { level: 'short-apdu', maxMessageBytes: 271 },
        echoCard(),
      );
      const { card } = await open(reader);
      reader.misbehave(fault);
      const answer = await card.transmit(Uint8Array.of(0, 1, 2, 3, 2, 0xab, 0xcd), calm());
      expect(Buffer.from(answer).toString('hex')).toBe('abcd9000');
    }
  });

  // Bug: a reader that lies makes the program hang, crash, or hand on bytes that no card sent.
  it('names what a misbehaving reader does, and works again when it behaves', async () => {
    const expected: [ReaderFault, string][] = [
      ['only-foreign', 'malformed'],
      ['endless-extension', 'timeout'],
      ['lying-length', 'malformed'],
      ['oversized-answer', 'malformed'],
      ['wrong-type', 'malformed'],
      ['headless', 'malformed'],
      ['mute', 'removed'],
      ['busy', 'busy'],
      ['endless-chain', 'malformed'],
    ];
    for (const [fault, outcome] of expected) {
      const reader = createSimulatedReader(
        { level: 'extended-apdu', maxMessageBytes: 3_072 },
        echoCard(),
      );
      const { card } = await open(reader);
      reader.misbehave(fault);
      const apdu = Uint8Array.of(0, 1, 2, 3, 1, 0xaa);
      expect([fault, await faultOf(card.transmit(apdu, calm()))]).toEqual([fault, outcome]);
      reader.misbehave();
      if (fault === 'only-foreign') continue;
      expect([fault, Buffer.from(await card.transmit(apdu, calm())).toString('hex')]).toEqual([
        fault,
        'aa9000',
      ]);
    }
  });

  // Bug: a cancelled command leaves its answer in the pipe, and the next command is given it.
  it('comes back into step after a cancel', async () => {
    const reader = createSimulatedReader({ level: 'short-apdu', maxMessageBytes: 271 }, echoCard());
    const { card } = await open(reader);
    reader.misbehave('silent');
    const controller = new AbortController();
    const waiting = faultOf(card.transmit(Uint8Array.of(0, 1, 2, 3), controller.signal));
    controller.abort();
    expect(await waiting).toBe('cancelled');
    reader.misbehave();
    const answer = await card.transmit(Uint8Array.of(0, 1, 2, 3, 1, 7), calm());
    expect(Buffer.from(answer).toString('hex')).toBe('079000');
  });

  // Bug: a pulled card reads as a broken one; a card that does not wake keeps its reader claimed.
  it('tells a pulled card from a mute one, and lets go of the reader', async () => {
    const reader = createSimulatedReader({ level: 'short-apdu', maxMessageBytes: 271 }, echoCard());
    const { card, released } = await open(reader);
    reader.insert(undefined);
    expect(await faultOf(card.transmit(Uint8Array.of(0, 1, 2, 3), calm()))).toBe('removed');
    await card.close();
    await card.close();
    expect(released.count).toBe(1);
    expect(await faultOf(open(reader))).toBe('removed');
    reader.insert(echoCard());
    reader.misbehave('mute');
    expect(await faultOf(open(reader))).toBe('mute');
  });

  // Bug: the PIN stays valid in a card that "forgets", or after the connection is closed.
  it('takes the power from the card to forget, and at the end', async () => {
    const inserted = echoCard();
    const { card } = await open(
      createSimulatedReader({ level: 'tpdu', maxMessageBytes: 271, isManual: true }, inserted),
    );
    const before = inserted.resets;
    await card.exclusively(async () => undefined, 'keep');
    expect(inserted.resets).toBe(before);
    await card.exclusively(async () => undefined, 'forget');
    expect(inserted.resets).toBeGreaterThan(before);
    const forgotten = inserted.resets;
    const answer = await converse(card, Uint8Array.of(0, 1, 2, 3, 1, 7));
    expect(answer.toString('hex')).toBe('079000');
    await card.close();
    expect(inserted.resets).toBe(forgotten + 1);
  });

  // Bug: a reader that leaves T=1 or single characters to the program is driven as if it did them.
  it('sends what it cannot do to PC/SC', async () => {
    const t1Card = { ...echoCard(), atr: T1_ATR };
    const reader = createSimulatedReader({ level: 'tpdu', maxMessageBytes: 271 }, t1Card);
    await expect(open(reader)).rejects.toThrow('use PC/SC');
    const character = createSimulatedReader(
      { level: 'character', maxMessageBytes: 271 },
      echoCard(),
    );
    await expect(open(character)).rejects.toThrow('use PC/SC');
  });

  // Bug: some sequence of bytes from a reader crashes the process or never ends.
  it('survives any answers', async () => {
    const spoilt = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(
          fc.constantFrom(0x80, 0x81, 0x82),
          fc.nat({ max: 3 }),
          fc.nat({ max: 255 }),
          fc.nat({ max: 255 }),
          fc.constantFrom(0, 1, 2, 3, 0x10, 0xff),
          fc.uint8Array({ maxLength: 300 }),
        )
        .map(([type, sequence, status, error, chain, data]) => {
          const head = Buffer.alloc(10);
          head[0] = type;
          head.writeUInt32LE(data.length, 1);
          head.set([0, sequence, status, error, chain], 5);
          return Buffer.concat([head, data]);
        }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(spoilt, { maxLength: 30 }), async (messages) => {
        const rest = [...messages];
        const pipe: BulkPipe = {
          write: async () => undefined,
          abort: async () => undefined,
          read: async () => {
            const next = rest.shift();
            if (next === undefined) throw new CardError('removed', 'no device');
            return next;
          },
        };
        const reader = createSimulatedReader(
          { level: 'extended-apdu', maxMessageBytes: 271 },
          undefined,
        );
        const outcome = await faultOf(
          open(reader, pipe).then(({ card }) => card.transmit(Uint8Array.of(0, 1, 2, 3), calm())),
        );
        expect(['fine', 'malformed', 'removed', 'mute', 'busy', 'cancelled', 'timeout']).toContain(
          outcome,
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
