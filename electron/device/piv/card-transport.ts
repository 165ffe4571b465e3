/**
 * How a card is reached, under the PIV layer: PC/SC and raw CCID each bring one. Whole APDUs in and out
 * (ISO 7816-4); what a reader does to carry them (CCID chaining, T=0 procedure bytes) stays below.
 */

/** Why a card could not be reached; every other error of a transport is a defect. */
export type CardFault =
  /** Taken out, or its reader was: this connection is over for good, though a card may be there again. */
  | 'removed'
  /** Reset by somebody else: what was selected and every PIN are forgotten; the same connection goes on. */
  | 'reset'
  /** Another program holds the card, or the interface of its reader. */
  | 'busy'
  /** The answer did not come in the time that the reader or we allow. */
  | 'timeout'
  /** The signal was aborted before the command went out. */
  | 'cancelled'
  /** A card that answers no reset, or speaks a protocol that this transport has not. */
  | 'mute'
  /** The way to readers is missing: no service, no library, no right to open the device. */
  | 'unavailable'
  /** Reader or card answered what the standard does not allow. */
  | 'malformed';

/** A command that did not reach its card, or whose answer cannot be used. `detail` holds no data of the card. */
export class CardError extends Error {
  readonly fault: CardFault;

  constructor(fault: CardFault, detail: string) {
    super(detail);
    this.name = 'CardError';
    this.fault = fault;
  }
}

/** Longest command: a short APDU. Longer data goes by command chaining, which every reader can carry. */
export const MAX_COMMAND_BYTES = 261;
/** Longest answer to a short APDU: 256 bytes, SW1 and SW2. A transport refuses more as `malformed`. */
export const MAX_ANSWER_BYTES = 258;

/** One powered card. */
export interface CardTransport {
  /** Answer to reset, at most 33 bytes. */
  readonly atr: Uint8Array;
  /**
   * Sends one command of at most MAX_COMMAND_BYTES and returns the answer, 2 to MAX_ANSWER_BYTES long with SW1 SW2
   * last. 61xx and 6Cxx are passed up, not followed. Rejects with `CardError`. A command under way may outlive an
   * abort; commands are never sent twice. The transport neither keeps nor logs what it carries (PINs do pass).
   */
  transmit(apdu: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * Runs `work` while no other program reaches the card, whatever way it takes. After `forget` the card has no PIN
   * and no application any more (a reset). Rejects with `CardError`, `busy` where somebody else does not let go.
   */
  exclusively<T>(work: () => Promise<T>, after: 'keep' | 'forget'): Promise<T>;
  /** Lets go of the card. Never rejects; safe to call twice. */
  close(): Promise<void>;
}

/** A reader, and whether something that answers is in it. */
export interface CardReader {
  /** Stable while the reader stays plugged in; shown to people. */
  readonly name: string;
  readonly holds: 'card' | 'nothing' | 'mute-card';
  /** Another number after every taking out and putting in, so that what was read of a card may be kept until then. */
  readonly insertion: number;
}

/** All readers that one way reaches. */
export interface CardReaders {
  /** Looks at the readers now. Rejects with `CardError`: `unavailable` says in `detail` what is missing. */
  list(): Promise<readonly CardReader[]>;
  /** Powers the card in a reader. Rejects with `CardError`; `removed` where there is none. */
  connect(reader: string, signal: AbortSignal): Promise<CardTransport>;
  /** Tells at once that a reader or card came or went, where this way can; answers how to stop. */
  watch?(onChange: () => void): () => void;
  /** Drops every handle. */
  close(): Promise<void>;
}
