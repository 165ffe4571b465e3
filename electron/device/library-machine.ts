const ELF: Readonly<Record<number, string>> = {
  3: 'ia32',
  8: 'mips',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  258: 'loong64',
};
const PE: Readonly<Record<number, string>> = {
  332: 'ia32',
  34404: 'x64',
  43620: 'arm64',
};
const MACH_O: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };

/**
 * The processor for which a library is built, in Node's names (`process.arch`), from the first bytes of the file:
 * ELF, PE, or Mach-O for one processor. Undefined for everything else and for processors not named here.
 */
export function machineOf(head: Buffer): string | undefined {
  if (head.length < 64) return undefined;
  const magic = head.readUInt32LE(0);
  if (magic === 0x464c457f) return elfMachine(head);
  if (magic === 0xfeedfacf) return MACH_O[head.readUInt32LE(4)];
  if (head.readUInt16LE(0) !== 0x5a4d) return undefined;
  const at = head.readUInt32LE(0x3c);
  if (at + 6 > head.length || head.readUInt32LE(at) !== 0x4550) return undefined;
  return PE[head.readUInt16LE(at + 4)];
}

function elfMachine(head: Buffer): string | undefined {
  const isBigEndian = head[5] === 2;
  return ELF[isBigEndian ? head.readUInt16BE(18) : head.readUInt16LE(18)];
}
