import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CardError } from '../piv/card-transport';
import { readAtr } from './answer-to-reset';
import { COMMAND, decodeAnswer, encodeCommand } from './messages';

/** A value, or the fault with which it was refused; any other error fails the test. */
function faultOf(work: () => unknown): string {
  try {
    work();
    return 'fine';
  } catch (error) {
    if (error instanceof CardError) return error.fault;
    throw error;
  }
}

describe('CCID messages', () => {
  // Bug: a length in the wrong byte order, or a sequence number in the slot's place.
  it('writes commands as CCID 1.1 lays them out', () => {
    const data = Uint8Array.of(0, 0xa4, 4, 0);
    const message = encodeCommand({ type: COMMAND.transfer, parameters: [0, 1, 0], data }, 2, 0xfe);
    expect(Buffer.from(message).toString('hex')).toBe('6f0400000002fe00010000a40400');
    expect(Buffer.from(encodeCommand({ type: COMMAND.powerOn }, 0, 7)).toString('hex')).toBe(
      '62000000000007000000',
    );
  });

  // Bug: a header that announces more than came is believed, and memory of another answer is handed on.
  it('refuses every answer whose length is not what it says', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        (data, claimed) => {
          const message = Buffer.concat([Buffer.alloc(10), data]);
          message[0] = 0x80;
          message.writeUInt32LE(claimed, 1);
          const isTrue = claimed === data.length;
          expect(faultOf(() => decodeAnswer(message))).toBe(isTrue ? 'fine' : 'malformed');
        },
      ),
    );
  });

  // Bug: an answer of random bytes throws something that no layer above expects.
  it('survives any bytes as answer and as answer to reset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['fine', 'malformed']).toContain(faultOf(() => decodeAnswer(bytes)));
        expect(['fine', 'malformed']).toContain(faultOf(() => readAtr(bytes)));
      }),
      { numRuns: 3_000 },
    );
  });

  // Bug: historical bytes are taken for interface bytes, and a T=1 card is spoken to in T=0.
  it('reads the protocol and the timing of an answer to reset', () => {
    const atr = (hex: string) => readAtr(Buffer.from(hex, 'hex'));
    expect(atr('3b888001554b4559544553541d')).toMatchObject({ protocol: 0, isInverse: false });
    expect(atr('3bfd1300008131fe158073c021c057597562694b657940')).toMatchObject({ protocol: 1 });
    expect(atr('3f6525082204689000')).toMatchObject({ protocol: 0, isInverse: true, guardTime: 8 });
    expect(faultOf(() => atr('3bff'))).toBe('malformed');
  });
});
