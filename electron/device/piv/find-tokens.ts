import { createHash } from 'node:crypto';
import type { DriverId, ReaderReport, ReaderState, TokenInfo } from '../driver';
import { CardError, type CardReader, type CardReaders, type CardTransport } from './card-transport';
import { PIV_KEYS, PivCard } from './piv-card';
import { CardRefusal } from './refusal';
import { TlvError } from './tlv';

/** A connected card that was found to be the token that was asked for. */
export interface OpenToken {
  /**
   * Runs work on the selected application while nobody else reaches the card; `forget` drops the PIN afterwards. A
   * reset by others before anything was done begins the work again, once.
   */
  use<T>(
    signal: AbortSignal,
    after: 'keep' | 'forget',
    work: (card: PivCard) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

export interface TokenFinder {
  list(): Promise<TokenInfo[]>;
  /** Each reader and what is in it; never rejects. */
  look(): Promise<ReaderReport>;
  /** Connects the token in whatever reader it is. Rejects with `CardRefusal` (`no-token`) or `CardError`. */
  open(tokenId: string, signal: AbortSignal): Promise<OpenToken>;
}

/** What was found in a reader; kept until the card is taken out. */
interface Found {
  readonly insertion: number;
  readonly state: ReaderState;
  readonly serial?: string;
}

/** Finds PIV cards in readers. A card that is there is asked once who it is, not at each look. */
export function createTokenFinder(id: DriverId, readers: CardReaders): TokenFinder {
  const known = new Map<string, Found>();

  async function lookInto(reader: CardReader): Promise<Found> {
    const { name, holds, insertion } = reader;
    if (holds === 'nothing') return { insertion, state: 'empty' };
    if (holds === 'mute-card') return { insertion, state: 'mute-card' };
    const before = known.get(name);
    if (before?.insertion === insertion) return before;
    try {
      const card = await readers.connect(name, calm());
      try {
        const serial = await selected(card, calm(), 'keep', identify);
        return { insertion, state: 'token', serial };
      } finally {
        await card.close();
      }
    } catch (error) {
      return { insertion, state: stateOf(error) };
    }
  }

  async function lookAround(): Promise<[CardReader, Found][]> {
    const found: [CardReader, Found][] = [];
    for (const reader of await readers.list()) found.push([reader, await lookInto(reader)]);
    known.clear();
    for (const [{ name }, what] of found) {
      // What may pass by itself is looked at again.
      if (what.state === 'token' || what.state === 'unknown-card') known.set(name, what);
    }
    return found;
  }

  return {
    list: async () => {
      const found = await lookAround();
      return found.flatMap(([{ name }, { serial }]) =>
        serial === undefined ? [] : [tokenInfo(id, name, serial)],
      );
    },
    look: async () => {
      try {
        const found = await lookAround();
        const readersFound = found.map(([{ name }, { state }]) => ({
          name: shortName(name),
          state,
        }));
        return { driver: id, barrier: null, readers: readersFound };
      } catch (error) {
        const barrier = error instanceof Error ? error.message : 'unknown';
        return { driver: id, barrier, readers: [] };
      }
    },
    open: async (tokenId, signal) => {
      const found = (await lookAround()).find(
        ([{ name }, { serial }]) =>
          serial !== undefined && tokenInfo(id, name, serial).tokenId === tokenId,
      );
      if (found === undefined) throw new CardRefusal({ kind: 'no-token' });
      const [reader, { serial }] = found;
      const transport = await readers.connect(reader.name, signal);
      return {
        use: (inner, after, work) =>
          selected(transport, inner, after, async (card) => {
            // Cards are exchanged faster than anybody looks.
            if ((await identify(card)) === serial) return work(card);
            known.delete(reader.name);
            throw new CardError('removed', 'another card');
          }),
        close: () => transport.close(),
      };
    },
  };
}

const calm = () => new AbortController().signal;

async function selected<T>(
  transport: CardTransport,
  signal: AbortSignal,
  after: 'keep' | 'forget',
  work: (card: PivCard) => Promise<T>,
): Promise<T> {
  const once = () =>
    transport.exclusively(async () => {
      const card = new PivCard(transport, signal);
      if (!(await card.select())) throw new CardRefusal({ kind: 'unsupported', what: 'card' });
      return work(card);
    }, after);
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof CardError) || error.fault !== 'reset') throw error;
    return once();
  }
}

/** By its own name; by its certificates where it has none. */
async function identify(card: PivCard): Promise<string> {
  const name = await card.name().catch((error: unknown) => {
    if (error instanceof TlvError) return undefined;
    throw error;
  });
  if (name !== undefined) return name;
  const hash = createHash('sha256');
  for (const key of PIV_KEYS) hash.update((await card.certificateObject(key)) ?? new Uint8Array());
  return hash.digest('hex').slice(0, 32);
}

function stateOf(error: unknown): ReaderState {
  if (error instanceof CardRefusal)
    return error.failure.kind === 'unsupported' ? 'unknown-card' : 'unreadable';
  if (!(error instanceof CardError)) return 'unreadable';
  switch (error.fault) {
    case 'removed':
      return 'empty';
    case 'mute':
      return 'mute-card';
    case 'busy':
    case 'timeout':
      return 'busy';
    case 'unavailable':
      return 'closed';
    default:
      return 'unreadable';
  }
}

function tokenInfo(id: DriverId, reader: string, serial: string): TokenInfo {
  return {
    tokenId: `piv:${serial}`,
    driver: id,
    label: shortName(reader),
    serial,
    manufacturer: '',
    model: 'PIV',
    isPractice: false,
  };
}

/** Without the numbers that PC/SC counts interfaces and slots with. */
function shortName(reader: string): string {
  return reader.replace(/(?: \[[^\]]*\])?(?: \([^)]*\))?(?: \d\d)+$/u, '').slice(0, 100);
}
