import type { SimulatedCard } from '../../../electron/device/test/ccid/simulated-reader';
import type { Card } from '../card/card';

/** The software PIV card, put into a simulated reader. */
export function playedCard(card: Card): SimulatedCard {
  return {
    atr: card.atr,
    transmit: async (apdu) => card.transmit(apdu),
    reset: () => card.reset(),
  };
}
