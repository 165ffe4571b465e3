import { type ChildProcess, spawn } from 'node:child_process';
import { AnswerProblem } from '../errors';
import type { NativeArgument } from '../library';
import {
  callFrame,
  createFrameReader,
  type HelperFunction,
  loadFrame,
  readAnswer,
  readLoaded,
} from './frames';

/** The helper is no more: it crashed with the vendor's library, or was ended because that hung. */
export class HelperEnded extends AnswerProblem {}

/** How long the helper may take. */
export interface HelperLimits {
  /** To load the library. */
  readonly loadMs: number;
  /** For one call, a finger on the token included. */
  readonly callMs: number;
}

/** Above what the device allows a use of a key (60 s), so that a finger is waited for. */
export const HELPER_LIMITS: HelperLimits = { loadMs: 20_000, callMs: 65_000 };

/** How long the pipe of an ended helper is read. */
const LAST_WORD_MS = 500;

/** A running helper with its library loaded. */
export interface Helper {
  /** False from the moment when it has ended. */
  readonly isAlive: boolean;
  /** Calls a function: its SAR code, undefined where the library has none. Throws `HelperEnded`, `AnswerProblem`. */
  call(name: HelperFunction, values: readonly NativeArgument[]): Promise<number | undefined>;
  end(): void;
}

/**
 * Starts the helper and has it load the library. Rejects with `HelperEnded` when it ends while it loads, with an Error in the
 * words of the system when it cannot be started, in those of the loader when the library cannot be loaded.
 */
export async function startHelper(
  program: string,
  libraryPath: string,
  limits: HelperLimits = HELPER_LIMITS,
): Promise<Helper> {
  const child = spawn(program, [String(process.pid)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const line = lineTo(child);
  try {
    const why = readLoaded(await line.ask(loadFrame(libraryPath), limits.loadMs));
    if (why !== null) throw new Error(why);
  } catch (error) {
    line.end('did not load the library');
    throw error;
  }
  return {
    get isAlive() {
      return line.isAlive();
    },
    call: async (name, values) => {
      const { frame, lent } = callFrame(name, values);
      const body = await line.ask(frame, limits.callMs);
      try {
        return readAnswer(body, lent);
      } catch (error) {
        line.end('answered what is no answer');
        throw error;
      } finally {
        // A token's plaintext may have come along.
        body.fill(0);
      }
    },
    end: () => line.end('was ended'),
  };
}

interface Line {
  /** Sends a frame, overwrites it, and waits for the answer. One at a time. */
  ask(frame: Buffer, limitMs: number): Promise<Buffer>;
  isAlive(): boolean;
  end(why: string): void;
}

function lineTo(child: ChildProcess): Line {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('the helper has no pipes');
  const reader = createFrameReader();
  let waiting: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;
  let ended: Error | undefined;

  function close(error: Error): void {
    if (ended !== undefined) return;
    ended = error;
    child.kill('SIGKILL');
    waiting?.reject(error);
    waiting = undefined;
  }

  child.once('error', (error) => close(error));
  const over = (code: number | null, signal: string | null) =>
    close(new HelperEnded(`the helper for 32-bit libraries ended (${signal ?? code})`));
  // What it said before its end is still read; a library that left a process behind may keep the pipe open.
  child.once('close', over);
  child.once('exit', (code, signal) => void setTimeout(over, LAST_WORD_MS, code, signal).unref());
  // Its exit says so.
  stdin.on('error', () => undefined);
  stdout.on('error', () => undefined);
  stdout.on('data', (chunk: Buffer) => {
    try {
      const body = reader.take(chunk);
      if (body === undefined) return;
      const asked = waiting;
      waiting = undefined;
      if (asked === undefined) throw new AnswerProblem('the helper speaks unasked');
      asked.resolve(body);
    } catch (error) {
      close(error instanceof Error ? error : new AnswerProblem('unreadable'));
    }
  });

  return {
    ask: (frame, limitMs) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined || waiting !== undefined) {
          frame.fill(0);
          reject(ended ?? new AnswerProblem('the helper is asked two things at once'));
          return;
        }
        const timer = setTimeout(() => {
          close(new HelperEnded(`the library did not answer for ${limitMs} ms`));
        }, limitMs);
        waiting = {
          resolve: (body) => {
            clearTimeout(timer);
            resolve(body);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        stdin.write(frame, () => frame.fill(0));
      }),
    isAlive: () => ended === undefined,
    end: (why) => close(new HelperEnded(`the helper ${why}`)),
  };
}
