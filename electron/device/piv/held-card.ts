import { CardError } from './card-transport';
import type { OpenToken } from './find-tokens';
import type { PivCard } from './piv-card';

/** Windows resets a card that a transaction holds unused for 5 s, and other programs wait: well below it. */
const UNUSED_MS = 2_000;

/** Work on a held card; `isNew` tells that it was selected just before, so that nothing is known of its PIN. */
type HeldWork<T> = (card: PivCard, isNew: boolean) => Promise<T>;

/**
 * A card that one signing session keeps to itself. Between its signatures no other program reaches the card, so that
 * it is still selected, still the same one, and need not be reset and asked anew.
 */
export interface HeldCard {
  /** One after the other. Whatever fails lets go of the card. Rejects like `OpenToken.use`, and as the work does. */
  use<T>(signal: AbortSignal, work: HeldWork<T>): Promise<T>;
  /** Waits for what runs, then lets go: the card is reset and has no PIN any more. Never rejects. */
  release(): Promise<void>;
}

interface Hold {
  readonly card: PivCard;
  /** Resolves when the card is reset and others may have it. */
  letGo(): Promise<void>;
}

/** Holds a token from its first use on, until it is released or nobody used it for 2 s; the next use takes it again. */
export function holdCard(token: Pick<OpenToken, 'use'>): HeldCard {
  let hold: Hold | undefined;
  let timer: NodeJS.Timeout | undefined;
  let line: Promise<unknown> = Promise.resolve();

  function take(signal: AbortSignal): Promise<Hold> {
    return new Promise((resolve, reject) => {
      const ended: Promise<void> = token.use(
        signal,
        'forget',
        (card) =>
          new Promise<void>((end) => {
            const letGo = () => {
              end();
              return ended.catch(() => undefined);
            };
            hold = { card, letGo };
            resolve(hold);
          }),
      );
      ended.catch(reject);
    });
  }

  async function letGo(): Promise<void> {
    clearTimeout(timer);
    const held = hold;
    hold = undefined;
    await held?.letGo();
  }

  async function once<T>(signal: AbortSignal, work: HeldWork<T>): Promise<T> {
    clearTimeout(timer);
    const isNew = hold === undefined;
    const { card } = hold ?? (await take(signal));
    try {
      const value = await work(card.under(signal), isNew);
      timer = setTimeout(() => void release(), UNUSED_MS);
      timer.unref();
      return value;
    } catch (error) {
      await letGo();
      throw error;
    }
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  }

  const release = () => inTurn(letGo);

  return {
    use: (signal, work) =>
      inTurn(async () => {
        try {
          return await once(signal, work);
        } catch (error) {
          // Reset by others: the same card goes on from the beginning.
          if (!(error instanceof CardError) || error.fault !== 'reset') throw error;
          return once(signal, work);
        }
      }),
    release,
  };
}
