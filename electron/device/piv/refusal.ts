import { failed, type Outcome, type TokenFailure } from '../driver';
import { CardError } from './card-transport';
import { TlvError } from './tlv';

/** A card answered so that the work cannot go on, for a reason that the driver interface names. */
export class CardRefusal extends Error {
  readonly failure: TokenFailure;

  constructor(failure: TokenFailure) {
    super(failure.kind);
    this.name = 'CardRefusal';
    this.failure = failure;
  }
}

/** What a status word that nobody expected means. */
export function refused(what: string, sw: number): CardRefusal {
  const detail = `${what}: ${sw.toString(16).padStart(4, '0')}`;
  return new CardRefusal({ kind: 'failed', layer: 'card', detail });
}

/** Maps what card work threw to the closed union. */
export function failureOf(error: unknown): TokenFailure {
  if (error instanceof CardRefusal) return error.failure;
  if (error instanceof TlvError) return { kind: 'failed', layer: 'card', detail: error.message };
  if (!(error instanceof CardError)) {
    const detail = error instanceof Error ? error.message : 'unknown';
    return { kind: 'failed', layer: 'driver', detail };
  }
  switch (error.fault) {
    case 'removed':
      return { kind: 'token-removed' };
    case 'busy':
    case 'timeout':
    case 'cancelled':
      return { kind: error.fault };
    case 'unavailable':
      return { kind: 'failed', layer: 'reader', detail: error.message };
    case 'reset':
    case 'mute':
    case 'malformed':
      return { kind: 'failed', layer: 'card', detail: `${error.fault}: ${error.message}` };
  }
}

/** Runs card work and turns anything thrown into a named failure. */
export async function attempt<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    return failed(failureOf(error));
  }
}
