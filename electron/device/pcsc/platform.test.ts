import { describe, expect, it } from 'vitest';
import { readHandle, textOf, textsOf, words } from './binding';
import { pcscPlatform } from './platform';

describe('PC/SC on each platform', () => {
  // Bug: a DWORD of the wrong width or a packed structure read as an aligned one: garbage states, or memory overrun.
  it('has the widths of the headers', () => {
    // sizeof(SCARD_READERSTATE) of pcsclite.h on x86-64 and i386, of winscard.h on x64 and x86, of PCSC/winscard.h.
    expect(pcscPlatform('linux', 8)).toMatchObject({
      wordBytes: 8,
      handleBytes: 8,
      stateBytes: 80,
    });
    expect(pcscPlatform('linux', 4)).toMatchObject({
      wordBytes: 4,
      handleBytes: 4,
      stateBytes: 56,
    });
    expect(pcscPlatform('win32', 8)).toMatchObject({
      wordBytes: 4,
      handleBytes: 8,
      stateBytes: 64,
    });
    expect(pcscPlatform('win32', 4)).toMatchObject({
      wordBytes: 4,
      handleBytes: 4,
      stateBytes: 56,
    });
    expect(pcscPlatform('darwin', 8)).toMatchObject({
      wordBytes: 4,
      handleBytes: 4,
      stateBytes: 61,
    });
  });

  // Bug: names of readers in UTF-16 are cut at their first NUL byte, or the end of a list is taken for a reader.
  it('reads the texts that it writes, in the form of the platform', () => {
    for (const platform of [pcscPlatform('win32', 8), pcscPlatform('linux', 8)]) {
      const names = ['读卡器 00 00', 'Virtual PCD 00 01'];
      const list = Buffer.concat([...names.map((name) => textOf(platform, name)), Buffer.alloc(8)]);
      expect(textsOf(platform, list)).toEqual(names);
      expect(textsOf(platform, Buffer.alloc(4))).toEqual([]);
      expect(words(platform, 2, 300)).toHaveLength(2 * platform.wordBytes);
      const handle = Buffer.from('fffffffffeffffff', 'hex');
      expect(readHandle(platform, handle)).toBe(handle.readBigInt64LE(0));
    }
    expect(readHandle(pcscPlatform('darwin', 8), Buffer.from('feffffff00000000', 'hex'))).toBe(-2n);
  });
});
