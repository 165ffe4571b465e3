import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNATURES } from '../constants';
import { AnswerProblem } from '../errors';
import { callFrame, createFrameReader, HELPER_FUNCTIONS, readAnswer, readLoaded } from './frames';

const source = readFileSync(join(__dirname, '../../../skf-helper/skf-helper.c'), 'utf8');

/** An answer as the helper writes it. */
function answer(code: number, lent: readonly Uint8Array[]): Buffer {
  const parts = [Buffer.from([0, 0, 0, 0, 0])];
  parts[0]?.writeUInt32LE(code, 1);
  for (const memory of lent) {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(memory.length);
    parts.push(head, Buffer.from(memory));
  }
  return Buffer.concat(parts);
}

describe('frames of the helper for 32-bit libraries', () => {
  // Bug: a function is put into one list and not into the other, and the helper calls SKF_VerifyPIN for SKF_CloseHandle.
  it('name the functions by the order in which the helper knows them, with as many arguments', () => {
    const table = [...source.matchAll(/\{"(SKF_\w+)", (\d)\}/gu)].map(([, name, count]) => [
      name,
      Number(count),
    ]);
    expect(table).toEqual(
      HELPER_FUNCTIONS.map((name) => [
        name,
        name === 'SKF_DecryptInit' ? 1 : SIGNATURES[name as keyof typeof SIGNATURES].length,
      ]),
    );
    const kinds = /NOTHING = (\d), NUMBER = (\d), GIVEN = (\d), LENT = (\d)/u.exec(source);
    expect(kinds?.slice(1)).toEqual(['0', '1', '2', '3']);
  });

  // Bug: a PIN, a name or what is signed comes back from the helper and lies in memory that nobody overwrites.
  it('lend only memory that a function writes into', () => {
    const pin = Buffer.from('135790\0');
    const left = Buffer.alloc(8);
    const { frame, lent } = callFrame('SKF_VerifyPIN', [0xfffffffen, 1, pin, left]);
    expect(lent).toEqual([left]);
    expect(frame.readUInt32LE()).toBe(frame.length - 4);
    const index = Object.keys(SIGNATURES).indexOf('SKF_VerifyPIN');
    expect(frame.subarray(4).toString('hex')).toBe(
      [
        `${index.toString(16).padStart(2, '0')}04`,
        '01feffffff',
        '0101000000',
        `0207000000${pin.toString('hex')}`,
        `0308000000${left.toString('hex')}`,
      ].join(''),
    );
  });

  // Bug: an answer that came in pieces is lost or taken for two; one too long fills memory.
  it('are put together from any pieces, and refused where they cannot be frames', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.array(fc.nat(50), { maxLength: 20 }),
        (body, cuts) => {
          const head = Buffer.alloc(4);
          head.writeUInt32LE(body.length);
          let rest = Buffer.concat([head, body]);
          const reader = createFrameReader();
          let found: Buffer | undefined;
          for (const cut of [...cuts, 1_000]) {
            const piece = Buffer.from(rest.subarray(0, cut));
            rest = rest.subarray(piece.length);
            if (piece.length > 0) found = reader.take(piece) ?? found;
          }
          expect(found).toEqual(Buffer.from(body));
        },
      ),
    );
    for (const hex of ['00000000', '01000400', 'ffffffff', '01000000aabb'])
      expect(() => createFrameReader().take(Buffer.from(hex, 'hex'))).toThrow(AnswerProblem);
  });

  // Bug: a lying length writes beyond the memory that was lent, or leaves the caller with half an answer.
  it('are answers to the request only where every length is the one that was lent', () => {
    const lent = [Buffer.alloc(8), Buffer.alloc(3)];
    const right = answer(0x0a000024, [Buffer.from('aabbccdd00000000', 'hex'), Buffer.from('xyz')]);
    expect(readAnswer(right, lent)).toBe(0x0a000024);
    expect(lent.map((memory) => memory.toString('hex'))).toEqual(['aabbccdd00000000', '78797a']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const lied = Buffer.from(bytes);
        const isAnswer =
          lied.length === right.length && lied.readUInt32LE(5) === 8 && lied.readUInt32LE(17) === 3;
        if (isAnswer) return;
        expect(() => readAnswer(lied, [Buffer.alloc(8), Buffer.alloc(3)])).toThrow(AnswerProblem);
      }),
    );
    const absent = Buffer.from(right);
    absent[0] = 1;
    expect(readAnswer(absent, lent)).toBeUndefined();
    expect(readLoaded(Buffer.from([0]))).toBeNull();
    expect(readLoaded(Buffer.from('\u0002SKF_EnumDev absent'))).toContain('not an SKF library');
  });
});
