import type { CardReader } from '../piv/card-transport';

/** What is remembered of the cards in readers from one look to the next. */
export interface Presence {
  /** A reader was looked into. */
  seen(name: string, holds: 'card' | 'nothing'): CardReader;
  /** Its card did not answer the reset; it is not woken again until it was taken out. */
  mute(name: string): void;
  /** Readers that are gone are forgotten. */
  keepOnly(readers: readonly CardReader[]): void;
}

/** Numbers the insertions: another one after every look that found a reader empty, or that found it at all again. */
export function createPresence(): Presence {
  const known = new Map<string, CardReader>();
  let insertions = 0;
  return {
    seen: (name, holds) => {
      const before = known.get(name);
      const isSame = before !== undefined && (before.holds === 'nothing') === (holds === 'nothing');
      if (before !== undefined && isSame) return before;
      insertions += 1;
      const reader = { name, holds, insertion: insertions };
      known.set(name, reader);
      return reader;
    },
    mute: (name) => {
      const before = known.get(name);
      if (before !== undefined) known.set(name, { ...before, holds: 'mute-card' });
    },
    keepOnly: (readers) => {
      const names = new Set(readers.map(({ name }) => name));
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    },
  };
}
