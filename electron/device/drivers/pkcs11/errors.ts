import { failed, type Outcome, type TokenFailure } from '../../driver';
import { LibraryProblem } from '../../library-problem';
import { CKR } from './constants';

/** A PKCS#11 function answered something other than CKR_OK. */
export class Pkcs11Error extends Error {
  readonly code: number;
  readonly call: string;

  constructor(code: number, call: string) {
    super(`${call}: CKR 0x${code.toString(16)}`);
    this.name = 'Pkcs11Error';
    this.code = code;
    this.call = call;
  }
}

const REMOVED: ReadonlySet<number> = new Set([
  CKR.deviceRemoved,
  CKR.tokenNotPresent,
  CKR.tokenNotRecognized,
  CKR.sessionHandleInvalid,
  CKR.slotIdInvalid,
]);

/** Maps what a call threw to the closed union; `triesLeft` is what the token's flags tell after a wrong PIN. */
export function failureOf(error: unknown, triesLeft: number | null = null): TokenFailure {
  if (error instanceof LibraryProblem) {
    return error.kind === 'missing'
      ? { kind: 'library-missing', library: error.library }
      : { kind: 'library-unusable', library: error.library, detail: error.message };
  }
  if (!(error instanceof Pkcs11Error)) {
    return {
      kind: 'failed',
      layer: 'driver',
      detail: error instanceof Error ? error.message : 'unknown',
    };
  }
  if (REMOVED.has(error.code)) return { kind: 'token-removed' };
  switch (error.code) {
    case CKR.pinIncorrect:
    case CKR.pinInvalid:
      return { kind: 'pin-wrong', triesLeft };
    case CKR.pinLenRange:
      return { kind: 'pin-length' };
    case CKR.pinLocked:
      return { kind: 'pin-locked' };
    case CKR.cancel:
    case CKR.functionCanceled:
      return { kind: 'cancelled' };
    case CKR.mechanismInvalid:
    case CKR.mechanismParamInvalid:
    case CKR.keyFunctionNotPermitted:
    case CKR.keyTypeInconsistent:
      return { kind: 'unsupported', what: error.call };
    case CKR.keyHandleInvalid:
      return { kind: 'key-missing' };
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
