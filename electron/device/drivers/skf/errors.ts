import { failed, type Outcome, type TokenFailure } from '../../driver';
import { LibraryProblem } from '../../library-problem';
import { SAR } from './constants';

/** An SKF function answered something other than SAR_OK. */
export class SkfError extends Error {
  readonly code: number;
  readonly call: string;

  constructor(code: number, call: string) {
    super(`${call}: SAR 0x${code.toString(16).padStart(8, '0').toUpperCase()}`);
    this.name = 'SkfError';
    this.code = code;
    this.call = call;
  }
}

/** A library's answer cannot be true: a length beyond the memory it was given, a number out of range. */
export class AnswerProblem extends Error {}

const REMOVED: ReadonlySet<number> = new Set([SAR.deviceRemoved, SAR.badHandle]);

/** Maps what a call threw to the closed union; `triesLeft` is what the token told after a wrong PIN. */
export function failureOf(error: unknown, triesLeft: number | null = null): TokenFailure {
  if (error instanceof LibraryProblem) {
    return error.kind === 'missing'
      ? { kind: 'library-missing', library: error.library }
      : { kind: 'library-unusable', library: error.library, detail: error.message };
  }
  if (error instanceof AnswerProblem)
    return { kind: 'failed', layer: 'library', detail: error.message };
  if (!(error instanceof SkfError)) {
    const detail = error instanceof Error ? error.message : 'unknown';
    return { kind: 'failed', layer: 'driver', detail };
  }
  if (REMOVED.has(error.code)) return { kind: 'token-removed' };
  switch (error.code) {
    case SAR.pinIncorrect:
    case SAR.pinInvalid:
      return triesLeft === 0 ? { kind: 'pin-locked' } : { kind: 'pin-wrong', triesLeft };
    case SAR.pinLengthRange:
      return { kind: 'pin-length' };
    case SAR.pinLocked:
      return { kind: 'pin-locked' };
    case SAR.timeout:
      return { kind: 'timeout' };
    case SAR.notSupported:
      return { kind: 'unsupported', what: error.call };
    case SAR.keyNotFound:
      return { kind: 'key-missing' };
    case SAR.certificateNotFound:
      return { kind: 'certificate-missing' };
    default:
      return { kind: 'failed', layer: 'token', detail: error.message };
  }
}

/** Runs token work and turns anything thrown into a named failure. */
export async function attempt<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    return failed(failureOf(error));
  }
}
