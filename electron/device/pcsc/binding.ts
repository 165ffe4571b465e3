import koffi, { type LibraryHandle } from 'koffi';
import { CardError } from '../piv/card-transport';
import { PCSC_BARRIER, PcscError, SCARD } from './codes';
import { type PcscPlatform, pcscPlatform } from './platform';

type Argument = number | bigint | Uint8Array | null;
type AsyncCall = (...values: readonly unknown[]) => void;

/** D a DWORD, H a context or a card's handle, P memory; after each name whether Windows has it with a W. */
const FUNCTIONS = {
  SCardEstablishContext: ['DPPP', false],
  SCardReleaseContext: ['H', false],
  SCardCancel: ['H', false],
  SCardListReaders: ['HPPP', true],
  SCardGetStatusChange: ['HDPD', true],
  SCardConnect: ['HPDDPP', true],
  SCardReconnect: ['HDDDP', false],
  SCardDisconnect: ['HD', false],
  SCardStatus: ['HPPPPPP', true],
  SCardBeginTransaction: ['H', false],
  SCardEndTransaction: ['HD', false],
  SCardTransmit: ['HPPDPPP', false],
} as const satisfies Readonly<Record<string, readonly [string, boolean]>>;

type FunctionName = keyof typeof FUNCTIONS;

/** The platform's PC/SC library, and its words and texts in the platform's form. */
export interface Pcsc {
  readonly platform: PcscPlatform;
  /** Calls off the main thread. Rejects with `PcscError` for any answer but success. */
  call(name: FunctionName, ...values: Argument[]): Promise<void>;
  /** The raw answer, for calls whose failures are told apart. */
  code(name: FunctionName, ...values: Argument[]): Promise<number>;
}

// Koffi closes a library when its handle is collected, with calls into it still running.
const kept = new Map<string, LibraryHandle>();

/** Loads PC/SC. Throws `CardError` (`unavailable`) where the machine has none. */
export function loadPcsc(platform: PcscPlatform = pcscPlatform()): Pcsc {
  const functions = resolve(platform);
  const code = (name: FunctionName, ...values: Argument[]): Promise<number> =>
    new Promise((done, reject) => {
      functions.get(name)?.(...values, (error: Error | null, answer: number | bigint) => {
        if (error === null) done(Number(BigInt.asUintN(32, BigInt(answer))));
        else reject(error);
      });
    });
  return {
    platform,
    code,
    call: async (name, ...values) => {
      const answer = await code(name, ...values);
      if (answer !== SCARD.success) throw new PcscError(answer, name);
    },
  };
}

function resolve(platform: PcscPlatform): Map<FunctionName, AsyncCall> {
  const { wordBytes, handleBytes, isWide, convention } = platform;
  const types: Readonly<Record<string, string>> = {
    D: `uint${wordBytes * 8}`,
    H: `int${handleBytes * 8}`,
    P: 'void *',
  };
  try {
    const library = kept.get(platform.library) ?? koffi.load(platform.library);
    kept.set(platform.library, library);
    const functions = new Map<FunctionName, AsyncCall>();
    for (const [name, [signature, hasText]] of Object.entries(FUNCTIONS)) {
      const native = library.func(
        convention,
        isWide && hasText ? `${name}W` : name,
        `int${wordBytes * 8}`,
        [...signature].map((letter) => types[letter] ?? 'void *'),
      );
      functions.set(name as FunctionName, native.async as AsyncCall);
    }
    return functions;
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unknown';
    throw new CardError('unavailable', `${PCSC_BARRIER.library}: ${detail}`);
  }
}

/** Memory for words in the platform's width (all supported platforms are little-endian). */
export function words(platform: PcscPlatform, ...values: readonly number[]): Buffer {
  const memory = Buffer.alloc(values.length * platform.wordBytes);
  for (const [index, value] of values.entries())
    memory.writeUIntLE(value, index * platform.wordBytes, 4);
  return memory;
}

/** A DWORD; what PC/SC writes there fits 32 bits. */
export function readWord(memory: Buffer, offset = 0): number {
  return memory.readUInt32LE(offset);
}

/** A context or a card's handle as the functions take it. */
export function readHandle(platform: PcscPlatform, memory: Buffer): bigint {
  return platform.handleBytes === 8 ? memory.readBigInt64LE(0) : BigInt(memory.readInt32LE(0));
}

/** A text as the functions take it. */
export function textOf(platform: PcscPlatform, text: string): Buffer {
  return Buffer.from(`${text}\0`, platform.isWide ? 'utf16le' : 'utf8');
}

/** The texts of a list that two NULs end. */
export function textsOf(platform: PcscPlatform, memory: Buffer): string[] {
  const texts = memory.toString(platform.isWide ? 'utf16le' : 'utf8').split('\0');
  const end = texts.indexOf('');
  return end === -1 ? texts : texts.slice(0, end);
}
