import type { CardReaders } from '../piv/card-transport';

/** Which readers on the bus may be claimed now. */
export interface Free {
  readonly names: ReadonlySet<string>;
  /** The platform's service has readers: one that is held by another program is most likely held, and told of, there. */
  readonly isServed: boolean;
}

export interface GiveWay {
  free(onBus: readonly string[]): Promise<Free>;
}

/** The service finds a new reader within a second or two. */
const GRACE_MS = 4_000;

/**
 * PC/SC first: a reader that is claimed at the moment it is plugged in is lost for the platform's service, and with it
 * for every other program, until it is plugged in again. So a new reader is left alone for a while where there is a
 * service; what the service wants it has claimed by then.
 */
export function giveWayTo(
  pcsc: Pick<CardReaders, 'list'>,
  nowMs = () => performance.now(),
): GiveWay {
  let seenSince = new Map<string, number>();
  return {
    free: async (onBus) => {
      const now = nowMs();
      seenSince = new Map(onBus.map((name) => [name, seenSince.get(name) ?? now]));
      if (onBus.length === 0) return { names: new Set(), isServed: false };
      const served = await pcsc.list().then(
        (readers) => readers.length,
        () => null,
      );
      if (served === null) return { names: new Set(onBus), isServed: false };
      const old = onBus.filter((name) => now - (seenSince.get(name) ?? now) >= GRACE_MS);
      return { names: new Set(old), isServed: served > 0 };
    },
  };
}
