import { setTimeout as wait } from 'node:timers/promises';
import type { CardReader, CardReaders } from '../piv/card-transport';
import { loadPcsc, type Pcsc, readHandle, readWord, textsOf, words } from './binding';
import { PcscError, SCARD } from './codes';
import { connectCard } from './pcsc-card';
import { nextStates, STATE, type States } from './reader-states';

const SYSTEM_SCOPE = 2;
const MAX_LIST_BYTES = 16_384;
/** How long the watch waits in one call, and before it tries again where there is no service. */
const WATCH_MS = 30_000;
const RETRY_MS = 5_000;
const SETTLE_MS = 200;

/**
 * All readers of the platform's smart-card service: pcscd, Windows' or macOS' own. The library is loaded at the first
 * look and the service is found again after it was stopped.
 */
export function createPcscReaders(load: () => Pcsc = loadPcsc): CardReaders {
  let loaded: Pcsc | undefined;
  let listing: bigint | undefined;
  const watches = new Set<() => void>();

  const demand = (): Pcsc => {
    loaded ??= load();
    return loaded;
  };

  async function makeContext(): Promise<bigint> {
    const pcsc = demand();
    const cell = Buffer.alloc(8);
    await pcsc.call('SCardEstablishContext', SYSTEM_SCOPE, null, null, cell);
    return readHandle(pcsc.platform, cell);
  }

  async function dropListing(): Promise<void> {
    const context = listing;
    listing = undefined;
    if (context !== undefined) await demand().code('SCardReleaseContext', context);
  }

  /** With the context of before; with a new one where the service was started anew meanwhile. */
  async function lookNow(): Promise<States> {
    const pcsc = demand();
    const hadContext = listing !== undefined;
    listing ??= await makeContext();
    try {
      return await statesNow(pcsc, listing);
    } catch (error) {
      await dropListing();
      if (!hadContext || !(error instanceof PcscError)) throw error;
      listing = await makeContext();
      return statesNow(pcsc, listing);
    }
  }

  /** Waits in a context of its own for whatever changes, until it is stopped. */
  function watch(onChange: () => void): () => void {
    const stopped = new AbortController();
    let waiting: bigint | undefined;
    const stop = () => {
      watches.delete(stop);
      stopped.abort();
      if (waiting !== undefined) void demand().code('SCardCancel', waiting);
    };
    watches.add(stop);
    const run = async () => {
      const pcsc = demand();
      const context = await makeContext();
      waiting = context;
      try {
        let states = await statesNow(pcsc, context);
        while (!stopped.signal.aborted) {
          const changed = await nextStates(pcsc, context, states, WATCH_MS);
          if (stopped.signal.aborted) return;
          if (changed === undefined) continue;
          const now = await statesNow(pcsc, context);
          if (isOther(states, now)) onChange();
          states = now;
          // Services differ in what wakes this call: none may keep it turning.
          await wait(SETTLE_MS, undefined, { ref: false });
        }
      } finally {
        waiting = undefined;
        await pcsc.code('SCardReleaseContext', context);
      }
    };
    const again = async () => {
      while (!stopped.signal.aborted) {
        // No service yet, or it ended: the look every two seconds goes on meanwhile.
        await run().catch(() => undefined);
        await wait(RETRY_MS, undefined, { ref: false, signal: stopped.signal }).catch(
          () => undefined,
        );
      }
    };
    void again();
    return stop;
  }

  return {
    list: async () => [...(await lookNow())].map(([name, state]) => readerOf(name, state)),
    connect: (reader) => connectCard(demand(), reader, makeContext),
    watch,
    close: async () => {
      for (const stop of [...watches]) stop();
      if (loaded !== undefined) await dropListing();
    },
  };
}

async function statesNow(pcsc: Pcsc, context: bigint): Promise<States> {
  const { platform } = pcsc;
  const list = Buffer.alloc(MAX_LIST_BYTES);
  const length = words(platform, platform.isWide ? list.length / 2 : list.length);
  const code = await pcsc.code('SCardListReaders', context, null, list, length);
  if (code === SCARD.noReaders) return new Map();
  if (code !== SCARD.success) throw new PcscError(code, 'SCardListReaders');
  const bytes = readWord(length) * (platform.isWide ? 2 : 1);
  const names = textsOf(platform, list.subarray(0, Math.min(bytes, list.length)));
  const unaware = new Map(names.map((name) => [name, STATE.unaware]));
  return (await nextStates(pcsc, context, unaware, 0)) ?? new Map();
}

function isOther(before: States, now: States): boolean {
  return before.size !== now.size || [...now].some(([name, state]) => before.get(name) !== state);
}

function readerOf(name: string, state: number): CardReader {
  const insertion = state >>> 16;
  if ((state & STATE.present) === 0) return { name, holds: 'nothing', insertion };
  return { name, holds: (state & STATE.mute) === 0 ? 'card' : 'mute-card', insertion };
}
