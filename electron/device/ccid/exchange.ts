import { CardError } from '../piv/card-transport';
import {
  type Answer,
  COMMAND,
  type Command,
  decodeAnswer,
  encodeCommand,
  isAnswerTo,
  malformed,
  SLOT_ERROR,
} from './messages';

/** The two bulk endpoints of a reader. Both reject with `CardError`: `removed`, `timeout`, `cancelled`, `malformed`. */
export interface BulkPipe {
  write(message: Uint8Array, signal: AbortSignal): Promise<void>;
  /** One transfer: whole messages come, or nothing (a zero-length packet). */
  read(signal: AbortSignal): Promise<Uint8Array>;
  /** Class request ABORT (CCID 1.1 section 5.3.1) for what runs under this sequence number. */
  abort(slot: number, sequence: number): Promise<void>;
}

/** Command and answer on one slot. */
export interface Exchange {
  /** The answer, whatever its outcome but `more-time`. Rejects with `CardError`. */
  ask(command: Command, signal: AbortSignal): Promise<Answer>;
  /** As `ask`, and turns a failure into what it means. */
  demand(command: Command, signal: AbortSignal): Promise<Answer>;
  /** After a cancel or time-out: brings reader and program to the same place again; false where that fails. */
  resynchronise(): Promise<boolean>;
}

export interface ExchangeLimits {
  /** How long a card may ask for more time in one command, and how often. */
  readonly extensionMs: number;
  readonly extensions: number;
}

/** A finger on the token may take a minute; a reader asks again every second or so, some every 50 ms. */
export const EXCHANGE_LIMITS: ExchangeLimits = { extensionMs: 60_000, extensions: 2_000 };
/** Late answers to what was cancelled, and empty packets, before the stream counts as broken. */
const MAX_STRAYS = 32;
const ABORT_LIMIT_MS = 2_000;

/** Talks to one slot over a pipe; one command at a time. */
export function createExchange(
  pipe: BulkPipe,
  slot: number,
  limits: ExchangeLimits = EXCHANGE_LIMITS,
): Exchange {
  let sequence = 0;

  async function send(command: Command, signal: AbortSignal): Promise<void> {
    sequence = (sequence + 1) & 0xff;
    const message = encodeCommand(command, slot, sequence);
    try {
      await pipe.write(message, signal);
    } finally {
      // It may hold a PIN.
      message.fill(0);
    }
  }

  async function receive(command: Command, signal: AbortSignal): Promise<Answer> {
    const deadline = performance.now() + limits.extensionMs;
    let strays = 0;
    let extensions = 0;
    for (;;) {
      const answer = ofBytes(await pipe.read(signal));
      const isOurs = answer?.sequence === sequence && answer.slot === slot;
      if (answer === undefined || !isOurs) {
        strays += 1;
        if (strays > MAX_STRAYS) throw malformed('answers to other commands without end');
      } else if (answer.outcome !== 'more-time') {
        if (!isAnswerTo(command, answer)) throw malformed('answer of another kind');
        return answer;
      } else {
        extensions += 1;
        if (extensions > limits.extensions || performance.now() > deadline) {
          throw new CardError('timeout', 'the card asks for more time without end');
        }
      }
    }
  }

  async function ask(command: Command, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw new CardError('cancelled', 'before the command');
    await send(command, signal);
    return receive(command, signal);
  }

  return {
    ask,
    demand: async (command, signal) => {
      const answer = await ask(command, signal);
      if (answer.outcome === 'failed') throw slotFailure(command, answer);
      return answer;
    },
    resynchronise: async () => {
      const signal = AbortSignal.timeout(ABORT_LIMIT_MS);
      try {
        await pipe.abort(slot, (sequence + 1) & 0xff);
        await ask({ type: COMMAND.abort }, signal);
        return true;
      } catch {
        // The reader is gone, or so far out of step that only closing it helps.
        return false;
      }
    },
  };
}

/** Empty packets close a message that fills its last packet. */
function ofBytes(bytes: Uint8Array): Answer | undefined {
  return bytes.length === 0 ? undefined : decodeAnswer(bytes);
}

/** What a failed command means (CCID 1.1 section 6.2.6). */
function slotFailure(command: Command, answer: Answer): CardError {
  const detail = `reader error ${answer.error.toString(16).padStart(2, '0')}`;
  if (answer.card === 'absent') return new CardError('removed', detail);
  switch (answer.error) {
    case SLOT_ERROR.iccMute:
      // A card that answered before and is mute now was pulled, or loses its contacts.
      return new CardError(command.type === COMMAND.transfer ? 'removed' : 'mute', detail);
    case SLOT_ERROR.busy:
      return new CardError('busy', detail);
    case SLOT_ERROR.aborted:
      return new CardError('cancelled', detail);
    default:
      return malformed(detail);
  }
}
