import {
  CardError,
  type CardFault,
  type CardReaders,
  type CardTransport,
} from '../../../electron/device/piv/card-transport';
import type { Card } from './card';

/** One reader without any hardware or service: what happens at each command is the test's to say. */
export class PlayedReader implements CardReaders {
  /** Commands since the card was put in. */
  readonly commands: Buffer[] = [];
  /** What happens instead of a command. */
  misfortune: ((count: number, apdu: Uint8Array) => CardFault | undefined) | undefined;
  /** Transactions that were ended with a reset. */
  forgotten = 0;
  private card: Card | undefined;
  private insertion = 0;

  constructor(card?: Card) {
    if (card !== undefined) this.insert(card);
  }

  insert(card: Card): void {
    this.pull();
    this.commands.length = 0;
    this.card = card;
    this.insertion += 1;
  }

  pull(): void {
    this.card?.reset();
    this.card = undefined;
    this.insertion += 1;
  }

  async list() {
    const holds = this.card === undefined ? ('nothing' as const) : ('card' as const);
    return [{ name: 'Played 00 00', holds, insertion: this.insertion }];
  }

  async connect(): Promise<CardTransport> {
    const { card, insertion } = this;
    if (card === undefined) throw new CardError('removed', 'empty');
    const demand = () => {
      if (this.insertion !== insertion) throw new CardError('removed', 'gone');
    };
    return {
      atr: card.atr,
      transmit: async (apdu) => {
        demand();
        this.commands.push(Buffer.from(apdu));
        const fault = this.misfortune?.(this.commands.length, apdu);
        if (fault === 'removed') this.pull();
        if (fault === 'reset') card.reset();
        if (fault !== undefined) throw new CardError(fault, 'played');
        return card.transmit(apdu);
      },
      exclusively: async (work, after) => {
        demand();
        try {
          return await work();
        } finally {
          if (after === 'forget') {
            card.reset();
            this.forgotten += 1;
          }
        }
      },
      close: async () => undefined,
    };
  }

  async close(): Promise<void> {
    // Nothing is held.
  }
}
