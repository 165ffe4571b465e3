import koffi from 'koffi';
import { type Pcsc, readWord, textOf } from './binding';
import { PcscError, SCARD } from './codes';

export const STATE = {
  unaware: 0x0,
  changed: 0x2,
  present: 0x20,
  mute: 0x200,
} as const;
/** The reader that stands for readers coming and going. */
const NEW_READERS = '\\\\?PnP?\\Notification';
const ARRIVALS_ONLY = 0x10000;

/** What PC/SC says of a reader: flags in the lower 16 bits, a count of its events above. */
export type States = ReadonlyMap<string, number>;

/**
 * Waits until a reader is in another state than `before`, or readers come or go; at most `waitMs`. Answers the states
 * now, or undefined when nothing changed. Rejects with `PcscError`, `cancelled` after SCardCancel.
 */
export async function nextStates(
  pcsc: Pcsc,
  context: bigint,
  before: States,
  waitMs: number,
): Promise<States | undefined> {
  const { platform } = pcsc;
  const names = [...before.keys(), ...(waitMs > 0 ? [NEW_READERS] : [])];
  if (names.length === 0) return new Map();
  // The array holds bare addresses: the texts must live until the call returns.
  const texts = names.map((name) => textOf(platform, name));
  const memory = Buffer.alloc(names.length * platform.stateBytes);
  for (const [index, name] of names.entries()) {
    const at = index * platform.stateBytes;
    writeAddress(memory, at, texts[index] ?? Buffer.alloc(2));
    const known = before.get(name) ?? (name === NEW_READERS ? before.size * ARRIVALS_ONLY : 0);
    memory.writeUInt32LE(known, at + currentAt());
  }
  const code = await pcsc.code('SCardGetStatusChange', context, waitMs, memory, names.length);
  if (code === SCARD.timeout && waitMs > 0) return undefined;
  if (code !== SCARD.success && code !== SCARD.timeout)
    throw new PcscError(code, 'SCardGetStatusChange');
  const states = new Map<string, number>();
  for (let index = 0; index < texts.length; index += 1) {
    const name = names[index] ?? '';
    const at = index * platform.stateBytes + currentAt() + platform.wordBytes;
    if (name !== NEW_READERS) states.set(name, readWord(memory, at));
  }
  return states;
}

/** Behind the two pointers. */
function currentAt(): number {
  return 2 * koffi.sizeof('void *');
}

function writeAddress(memory: Buffer, at: number, text: Buffer): void {
  const address = koffi.address(text);
  if (koffi.sizeof('void *') === 8) memory.writeBigUInt64LE(address, at);
  else memory.writeUInt32LE(Number(address), at);
}
