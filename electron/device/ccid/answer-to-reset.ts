import { malformed } from './messages';

/** What the exchange needs of an answer to reset (ISO 7816-3 section 8). */
export interface AtrFacts {
  /** Protocol of the first offer. */
  readonly protocol: 0 | 1;
  /** TA2 present: the card insists on its own parameters. */
  readonly isSpecific: boolean;
  /** Bits are inverted (TS = 3F). */
  readonly isInverse: boolean;
  /** TC1. */
  readonly guardTime: number;
  /** TC2, for T=0. */
  readonly waitingInteger: number;
}

const MAX_ATR_BYTES = 33;
const DEFAULT_WAITING_INTEGER = 10;

/** Reads an answer to reset. Throws `CardError` (`malformed`) where it is none. */
export function readAtr(atr: Uint8Array): AtrFacts {
  const ts = atr[0];
  if (atr.length < 2 || atr.length > MAX_ATR_BYTES || (ts !== 0x3b && ts !== 0x3f)) {
    throw malformed('no answer to reset');
  }
  let offset = 1;
  const next = () => {
    offset += 1;
    const value = atr[offset];
    if (value === undefined) throw malformed('answer to reset ends early');
    return value;
  };
  let offers = (atr[1] ?? 0) >> 4;
  let protocol = 0;
  let isSpecific = false;
  let guardTime = 0;
  let waitingInteger = DEFAULT_WAITING_INTEGER;
  for (let level = 1; offers !== 0; level += 1) {
    if ((offers & 1) !== 0) {
      next();
      if (level === 2) isSpecific = true;
    }
    if ((offers & 2) !== 0) next();
    if ((offers & 4) !== 0) {
      const value = next();
      if (level === 1) guardTime = value;
      if (level === 2) waitingInteger = value;
    }
    if ((offers & 8) === 0) break;
    const interfaceByte = next();
    if (level === 1) protocol = interfaceByte & 0x0f;
    offers = interfaceByte >> 4;
  }
  if (protocol > 1) throw malformed('card of neither T=0 nor T=1');
  return {
    protocol: protocol === 1 ? 1 : 0,
    isSpecific,
    isInverse: ts === 0x3f,
    guardTime,
    waitingInteger,
  };
}
