import { type FunctionName, SIGNATURES } from '../constants';
import { AnswerProblem } from '../errors';
import type { NativeArgument } from '../library';

/**
 * Frames between the device process and the helper for 32-bit libraries (`electron/device/skf-helper/skf-helper.c`, where
 * the form is written down): length u32, body; numbers little-endian.
 */

/** Longest body either end takes. */
const MAX_BODY_BYTES = 256 * 1024;
const ARGUMENT = { nothing: 0, number: 1, given: 2, lent: 3 } as const;

/** What the helper can be asked for, in its order; the last one takes its parameters by value and needs the handle only. */
export type HelperFunction = FunctionName | 'SKF_DecryptInit';
export const HELPER_FUNCTIONS = [...Object.keys(SIGNATURES), 'SKF_DecryptInit'] as const;

/** Memory that a function only reads, by the place of its argument: it is not sent back (names, PINs, what is signed). */
const ONLY_READ: Readonly<Partial<Record<HelperFunction, readonly number[]>>> = {
  SKF_ConnectDev: [0],
  SKF_OpenApplication: [1],
  SKF_VerifyPIN: [2],
  SKF_OpenContainer: [1],
  SKF_ECCSignData: [1],
  SKF_RSASignData: [1],
  SKF_ImportSessionKey: [2],
  SKF_Decrypt: [1],
};

/** A request, and the memory that its answer is written into. The caller overwrites `frame`: it may hold a PIN. */
export interface HelperRequest {
  readonly frame: Buffer;
  readonly lent: readonly Uint8Array[];
}

/** The first request: which library. */
export function loadFrame(libraryPath: string): Buffer {
  return framed([Buffer.from(libraryPath, 'utf8')]);
}

/** A call of a function. */
export function callFrame(name: HelperFunction, values: readonly NativeArgument[]): HelperRequest {
  const parts: Buffer[] = [Buffer.from([HELPER_FUNCTIONS.indexOf(name), values.length])];
  const lent: Uint8Array[] = [];
  for (const [place, value] of values.entries()) {
    const head = Buffer.alloc(value === null ? 1 : 5);
    parts.push(head);
    if (value === null) continue;
    if (!(value instanceof Uint8Array)) {
      head[0] = ARGUMENT.number;
      // BOOL is an int, handles are pointers of 32 bits.
      head.writeUInt32LE(Number(value) >>> 0, 1);
      continue;
    }
    const isOnlyRead = ONLY_READ[name]?.includes(place) === true;
    head[0] = isOnlyRead ? ARGUMENT.given : ARGUMENT.lent;
    head.writeUInt32LE(value.length, 1);
    parts.push(Buffer.from(value.buffer, value.byteOffset, value.length));
    if (!isOnlyRead) lent.push(value);
  }
  return { frame: framed(parts), lent };
}

/** The answer to `loadFrame`: null when the library is loaded, otherwise why not. */
export function readLoaded(body: Buffer): string | null {
  const why = body.subarray(1).toString('utf8').slice(0, 512);
  if (body[0] === 0) return null;
  return body[0] === 2 ? `not an SKF library: ${why}` : why || 'does not load';
}

/**
 * The answer to a call, its bytes written into the memory that was lent: the SAR code, or undefined for a function that the
 * library has not. Throws `AnswerProblem` for what is no answer to this request.
 */
export function readAnswer(body: Buffer, lent: readonly Uint8Array[]): number | undefined {
  const whole = 5 + lent.reduce((sum, memory) => sum + 4 + memory.length, 0);
  if (body.length !== whole) throw new AnswerProblem('the helper answers something else');
  let at = 5;
  for (const memory of lent) {
    if (body.readUInt32LE(at) !== memory.length)
      throw new AnswerProblem('the helper answers another length');
    memory.set(body.subarray(at + 4, at + 4 + memory.length));
    at += 4 + memory.length;
  }
  return body[0] === 0 ? body.readUInt32LE(1) : undefined;
}

/** Puts frames together out of what comes in. */
export interface FrameReader {
  /** The body of a frame that is whole with this chunk; undefined before. Throws `AnswerProblem` for a frame too long. */
  take(chunk: Buffer): Buffer | undefined;
}

/** One frame at a time: the other end answers only what it was asked. */
export function createFrameReader(): FrameReader {
  let held = Buffer.alloc(0);
  return {
    take: (chunk) => {
      const before = held;
      held = Buffer.concat([before, chunk]);
      before.fill(0);
      chunk.fill(0);
      if (held.length < 4) return undefined;
      const length = held.readUInt32LE();
      if (length === 0 || length > MAX_BODY_BYTES || held.length > 4 + length)
        throw new AnswerProblem('the helper sends what is no frame');
      if (held.length < 4 + length) return undefined;
      const body = held.subarray(4);
      held = Buffer.alloc(0);
      return body;
    },
  };
}

function framed(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length === 0 || length > MAX_BODY_BYTES)
    throw new AnswerProblem(`a request of ${length} bytes`);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(length);
  return Buffer.concat([head, ...parts]);
}
