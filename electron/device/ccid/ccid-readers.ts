import { setTimeout as wait } from 'node:timers/promises';
import {
  CardError,
  type CardReader,
  type CardReaders,
  type CardTransport,
} from '../piv/card-transport';
import { createPresence } from './card-presence';
import { openCard } from './ccid-card';
import { createExchange } from './exchange';
import { giveWayTo } from './give-way';
import { COMMAND } from './messages';
import { readersOf, type UsbReader } from './usb-interfaces';
import { loadUsb, type Usb, watchBus } from './usb-library';
import { type ClaimedPipe, claimPipe } from './usb-pipe';

/** Every token has one slot, and so has nearly every reader; what a reader has more is for PC/SC. */
const SLOT = 0;
const STATUS_LIMIT_MS = 5_000;

/** How long a reader that is looked into here may keep somebody waiting who wants its card. */
const CLAIM_WAIT_MS = 5_000;

/**
 * CCID 1.1 over libusb. An interface is claimed only while it is used, so that other programs can come in between;
 * a reader with an open card is not asked again. With `pcsc`, what that reaches or may reach is left to it.
 */
export function createCcidReaders(pcsc?: Pick<CardReaders, 'list'>): CardReaders {
  const way = pcsc && giveWayTo(pcsc);
  const open = new Set<CardTransport>();
  /** Readers claimed here, until when: libusb would let us claim one twice, and the first to end takes it away. */
  const claims = new Map<string, Promise<void>>();
  const cards = createPresence();
  let listing: Promise<readonly CardReader[]> | undefined;

  async function find(): Promise<{ usb: Usb; readers: UsbReader[] }> {
    const usb = await loadUsb();
    return { usb, readers: usb.getDeviceList().flatMap(readersOf) };
  }

  function claim(usb: Usb, reader: UsbReader): ClaimedPipe {
    const { name } = reader;
    if (claims.has(name)) throw new CardError('busy', 'in use by this program');
    const pipe = claimPipe(usb, reader);
    let free: () => void = () => undefined;
    claims.set(name, new Promise((resolve) => (free = resolve)));
    return {
      ...pipe,
      release: async () => {
        await pipe.release();
        claims.delete(name);
        free();
      },
    };
  }

  async function holds(usb: Usb, reader: UsbReader): Promise<'card' | 'nothing'> {
    if (claims.has(reader.name)) return 'card';
    const pipe = claim(usb, reader);
    try {
      const signal = AbortSignal.timeout(STATUS_LIMIT_MS);
      const answer = await createExchange(pipe, SLOT).ask({ type: COMMAND.slotStatus }, signal);
      return answer.card === 'absent' ? 'nothing' : 'card';
    } finally {
      await pipe.release();
    }
  }

  async function list(): Promise<readonly CardReader[]> {
    const { usb, readers } = await find();
    const free = await way?.free(readers.map(({ name }) => name));
    const found: CardReader[] = [];
    for (const reader of readers) {
      if (free?.names.has(reader.name) === false) continue;
      try {
        found.push(cards.seen(reader.name, await holds(usb, reader)));
      } catch (error) {
        // Whoever connects is told why that fails; a reader pulled meanwhile is none.
        const fault = error instanceof CardError ? error.fault : undefined;
        const isElsewhere = fault === 'busy' && free?.isServed === true;
        if (fault !== 'removed' && !isElsewhere) found.push(cards.seen(reader.name, 'card'));
      }
    }
    cards.keepOnly(found);
    return found;
  }

  return {
    list: () => {
      listing ??= list().finally(() => {
        listing = undefined;
      });
      return listing;
    },
    connect: async (name, signal) => {
      const { usb, readers } = await find();
      const reader = readers.find((entry) => entry.name === name);
      if (reader === undefined) throw new CardError('removed', 'reader gone');
      await Promise.race([claims.get(name), wait(CLAIM_WAIT_MS, undefined, { ref: false })]);
      const pipe = claim(usb, reader);
      let card: CardTransport | undefined;
      try {
        card = await openCard(createExchange(pipe, SLOT), reader.ccid, signal, async () => {
          if (card !== undefined) open.delete(card);
          await pipe.release();
        });
        open.add(card);
        return card;
      } catch (error) {
        if (error instanceof CardError && error.fault === 'mute') cards.mute(name);
        throw error;
      }
    },
    watch: watchBus,
    close: async () => {
      await Promise.all([...open].map((card) => card.close()));
    },
  };
}
