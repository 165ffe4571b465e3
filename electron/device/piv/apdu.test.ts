import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchange } from './apdu';
import { CardError, type CardTransport, MAX_COMMAND_BYTES } from './card-transport';

const calm = new AbortController().signal;
const read = {
  ins: 0xcb,
  p1: 0x3f,
  p2: 0xff,
  data: Buffer.from('5c035fc10a', 'hex'),
  answers: true,
};

/** A card that gives these answers one after the other, for ever the last, and notes what it was sent. */
function answering(...answers: readonly Uint8Array[]) {
  const sent: Buffer[] = [];
  const card: CardTransport = {
    atr: new Uint8Array(),
    transmit: async (apdu) => {
      sent.push(Buffer.from(apdu));
      return answers[Math.min(sent.length, answers.length) - 1] ?? new Uint8Array();
    },
    exclusively: (work) => work(),
    close: async () => undefined,
  };
  return { card, sent };
}

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CardError ? error.fault : 'thrown'),
  );

describe('exchange', () => {
  // Bug: long data is cut wrongly, and the card signs another block than it was given.
  it('chains any data so that the card puts it together again', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 1_200 }), async (data) => {
        const { card, sent } = answering(bytes('9000'));
        await exchange(card, { ins: 0x87, p1: 7, p2: 0x9c, data, answers: true }, calm);
        const parts = sent.map((apdu) => apdu.subarray(5, 5 + (apdu[4] ?? 0)));
        expect(Buffer.concat(data.length === 0 ? [] : parts)).toEqual(Buffer.from(data));
        const classes = sent.map((apdu) => apdu[0]);
        expect(classes).toEqual([...Array(classes.length - 1).fill(0x10), 0]);
        expect(sent.every((apdu) => apdu.length <= MAX_COMMAND_BYTES)).toBe(true);
      }),
    ));

  // Bug: an answer in pieces is read to its first piece, or asked for with a wrong length.
  it('follows 61xx and answers 6Cxx once', async () => {
    const { card, sent } = answering(bytes('6c05'), bytes('0102036102'), bytes('04059000'));
    const answer = await exchange(card, read, calm);
    expect([answer.data.toString('hex'), answer.sw]).toEqual(['0102030405', 0x9000]);
    expect(sent.map((apdu) => apdu.at(-1))).toEqual(
      [5, 2].flatMap((le, at) => (at ? [le] : [0, le])),
    );
    const stubborn = answering(bytes('6c05'));
    expect((await exchange(stubborn.card, read, calm)).sw).toBe(0x6c05);
    expect(stubborn.sent).toHaveLength(2);
  });

  // Bug: a card that never ends takes the process's memory or its time.
  it('refuses endless and oversized answers', async () => {
    const full = new Uint8Array(258).fill(0x61, 256);
    const drip = bytes('006101');
    for (const answer of [full, drip, bytes('6100'), new Uint8Array(259), new Uint8Array(1)]) {
      const { card, sent } = answering(answer);
      expect(await refusal(exchange(card, read, calm))).toBe('malformed');
      expect(sent.length).toBeLessThan(600);
    }
  });

  // Bug: a PIN stays in the memory of the command that carried it.
  it('wipes each command after it went out', async () => {
    const kept: Uint8Array[] = [];
    const card: CardTransport = {
      ...answering().card,
      transmit: async (apdu) => {
        kept.push(apdu);
        return bytes('9000');
      },
    };
    const verify = { ins: 0x20, p1: 0, p2: 0x80, data: Buffer.from('123456'), answers: false };
    await exchange(card, verify, calm);
    expect(kept[0]?.every((byte) => byte === 0)).toBe(true);
  });

  // Bug: an answer made up of anything ends the process instead of being refused.
  it('answers or refuses whatever a card says', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1 }),
        async (answers) => {
          const { card } = answering(...answers, bytes('9000'));
          expect(['accepted', 'malformed']).toContain(await refusal(exchange(card, read, calm)));
        },
      ),
    ));
});
