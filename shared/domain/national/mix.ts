/** Two 32-bit hashes of a certificate's name under a salt and a level. No cryptography: ids are the server's own. */
export interface Mixed {
  readonly a: number;
  readonly b: number;
}

/** The finaliser of MurmurHash3 (32 bit): every input bit reaches every output bit. */
function stir(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Key of a certificate: the issuer's kid (two words) and its id (two words). */
export interface ItemKey {
  readonly kidHigh: number;
  readonly kidLow: number;
  readonly id: number;
}

export function itemKey(kid: string, id: number): ItemKey {
  return {
    kidHigh: Number.parseInt(kid.slice(0, 8), 16),
    kidLow: Number.parseInt(kid.slice(8, 16), 16),
    id,
  };
}

/** Hashes for one level; `salt` is the filter's own, so that nobody can choose ids beforehand that collide. */
export function mix({ kidHigh, kidLow, id }: ItemKey, salt: number, level: number): Mixed {
  const low = id >>> 0;
  const high = Math.floor(id / 0x100000000) >>> 0;
  let h = stir(salt ^ Math.imul(level + 1, 0x9e3779b1));
  for (const word of [kidHigh, kidLow, high, low]) h = stir(Math.imul(h, 5) + 0xe6546b64 + word);
  const a = stir(h ^ 0x2545f491);
  // Odd, so that every place of a table of any size is reached.
  const b = (stir(h + 0x7f4a7c15) | 1) >>> 0;
  return { a, b };
}
