import { CardError, type CardTransport } from '../piv/card-transport';
import { type AtrFacts, readAtr } from './answer-to-reset';
import { carryApdu } from './carry';
import type { CcidClass } from './class-descriptor';
import type { Exchange } from './exchange';
import { COMMAND } from './messages';

const ANSWER_LIMIT_MS = 10_000;

/**
 * Powers the card in a slot. `release` lets go of the reader; it is called by `close`, and where this rejects.
 * Rejects with `CardError`: `unavailable` where only PC/SC can speak the card's protocol on this reader.
 */
export async function openCard(
  exchange: Exchange,
  reader: CcidClass,
  signal: AbortSignal,
  release: () => Promise<void>,
): Promise<CardTransport> {
  let isOpen = true;
  let line: Promise<unknown> = Promise.resolve();

  async function close(): Promise<void> {
    await line;
    if (!isOpen) return;
    isOpen = false;
    // Without power a card keeps no PIN.
    const off = AbortSignal.timeout(ANSWER_LIMIT_MS);
    await exchange.ask({ type: COMMAND.powerOff }, off).catch(() => undefined);
    await release();
  }

  /**
   * Runs a command after the one before, which whoever sent it may have left; where it is broken off, the reader is
   * brought back into step before anything else.
   */
  function inStep<T>(work: () => Promise<T>): Promise<T> {
    const running = line.then(() => attend(work));
    line = running.catch(() => undefined);
    return running;
  }

  async function attend<T>(work: () => Promise<T>): Promise<T> {
    if (!isOpen) throw new CardError('removed', 'connection closed');
    try {
      return await work();
    } catch (error) {
      const isBroken =
        error instanceof CardError && (error.fault === 'cancelled' || error.fault === 'timeout');
      if (isBroken && !(await exchange.resynchronise())) {
        isOpen = false;
        await release();
      }
      throw error;
    }
  }

  try {
    const { level } = reader;
    if (level === 'character') throw onlyPcsc('reader works character by character');
    const atr = await inStep(() => powerOn(exchange, reader, signal));
    const facts = readAtr(atr);
    if (level === 'tpdu') {
      if (facts.protocol === 1) throw onlyPcsc('reader leaves T=1 to the program');
      await inStep(() => setT0(exchange, reader, facts, signal));
    }
    const { maxMessageBytes } = reader;
    return {
      atr,
      transmit: (apdu, own) => inStep(() => carryApdu(exchange, level, maxMessageBytes, apdu, own)),
      exclusively: async (work, after) => {
        // The interface is claimed: no other program reaches the card meanwhile.
        try {
          return await work();
        } finally {
          if (after === 'forget' && isOpen) {
            await inStep(async () => {
              const calm = AbortSignal.timeout(ANSWER_LIMIT_MS);
              await exchange.ask({ type: COMMAND.powerOff }, calm);
              await powerOn(exchange, reader, calm);
              if (level === 'tpdu') await setT0(exchange, reader, facts, calm);
            }).catch(close);
          }
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function onlyPcsc(detail: string): CardError {
  return new CardError('unavailable', `use PC/SC: ${detail}`);
}

async function powerOn(
  exchange: Exchange,
  reader: CcidClass,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let failure: unknown = new CardError('mute', 'no voltage works');
  for (const select of reader.powerSelects) {
    try {
      const answer = await exchange.demand(
        { type: COMMAND.powerOn, parameters: [select, 0, 0] },
        signal,
      );
      return answer.data;
    } catch (error) {
      if (!(error instanceof CardError) || error.fault !== 'mute') throw error;
      failure = error;
      // Between two voltages the card must lose its power (ISO 7816-3 section 6.2).
      await exchange.ask({ type: COMMAND.powerOff }, signal);
    }
  }
  throw failure;
}

/** Tells a reader that does not find them itself the parameters of T=0 that hold without negotiation. */
async function setT0(
  exchange: Exchange,
  reader: CcidClass,
  facts: AtrFacts,
  signal: AbortSignal,
): Promise<void> {
  if (reader.setsParameters) return;
  if (facts.isSpecific) throw onlyPcsc('card insists on its own parameters');
  const data = Uint8Array.of(
    0x11,
    facts.isInverse ? 0x02 : 0x00,
    facts.guardTime,
    facts.waitingInteger,
    0,
  );
  await exchange.demand({ type: COMMAND.setParameters, data }, signal);
}
