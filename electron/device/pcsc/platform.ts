/** How PC/SC looks on a platform: same functions, other names and other widths. */
export interface PcscPlatform {
  readonly library: string;
  /** Bytes of a DWORD and a LONG. */
  readonly wordBytes: 4 | 8;
  /** Bytes of a SCARDCONTEXT and a SCARDHANDLE. */
  readonly handleBytes: 4 | 8;
  readonly atrBytes: number;
  /** Bytes of a SCARD_READERSTATE, its end included. */
  readonly stateBytes: number;
  /** Windows spells names in UTF-16 and its functions for them with a W. */
  readonly isWide: boolean;
  readonly convention: '__stdcall' | '__cdecl';
}

/**
 * The platform's PC/SC. Its types differ in width: pcsclite makes DWORD, LONG and handles of the C `long`; Windows has
 * 32-bit words and handles as wide as pointers; macOS has 32 bits for all and packs SCARD_READERSTATE.
 */
export function pcscPlatform(
  platform: NodeJS.Platform = process.platform,
  pointerBytes: 4 | 8 = process.arch === 'ia32' || process.arch === 'arm' ? 4 : 8,
): PcscPlatform {
  const names = 2 * pointerBytes;
  if (platform === 'win32') {
    return {
      library: 'winscard.dll',
      wordBytes: 4,
      handleBytes: pointerBytes,
      atrBytes: 36,
      stateBytes: names + 3 * 4 + 36,
      isWide: true,
      convention: '__stdcall',
    };
  }
  if (platform === 'darwin') {
    return {
      library: '/System/Library/Frameworks/PCSC.framework/PCSC',
      wordBytes: 4,
      handleBytes: 4,
      atrBytes: 33,
      stateBytes: names + 3 * 4 + 33,
      isWide: false,
      convention: '__cdecl',
    };
  }
  const unaligned = names + 3 * pointerBytes + 33;
  return {
    library: 'libpcsclite.so.1',
    wordBytes: pointerBytes,
    handleBytes: pointerBytes,
    atrBytes: 33,
    stateBytes: Math.ceil(unaligned / pointerBytes) * pointerBytes,
    isWide: false,
    convention: '__cdecl',
  };
}
