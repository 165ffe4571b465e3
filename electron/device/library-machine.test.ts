import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineOf } from './library-machine';

function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 0, 'latin1');
  head[5] = 1;
  head.writeUInt16LE(machine, 18);
  return head;
}

function pe(machine: number): Buffer {
  const head = Buffer.alloc(512);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(0xf8, 0x3c);
  head.write('PE', 0xf8, 'latin1');
  head.writeUInt16LE(machine, 0xfc);
  return head;
}

describe('machineOf', () => {
  // Bug: a 32-bit vendor library reads as damaged; the person reinstalls it for ever instead of taking the 64-bit one.
  it('names the processor a library is built for', () => {
    expect([3, 62, 183, 258].map((machine) => machineOf(elf(machine)))).toEqual([
      'ia32',
      'x64',
      'arm64',
      'loong64',
    ]);
    expect([0x14c, 0x8664, 0xaa64].map((machine) => machineOf(pe(machine)))).toEqual([
      'ia32',
      'x64',
      'arm64',
    ]);
    expect(machineOf(readFileSync(process.execPath).subarray(0, 4096))).toBe(process.arch);
  });

  // Bug: a text file, an empty one or a lying header offset throws in the place of an answer.
  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isPe) => {
        const head = Buffer.from(bytes);
        if (isPe && head.length > 1) head.write('MZ', 0, 'latin1');
        expect(['undefined', 'string']).toContain(typeof machineOf(head));
      }),
    );
  });
});
