import type { Role } from '../../shared/domain/model';
import { keyBytes } from './key-bytes';
import {
  copyPair,
  isSamePair,
  packTransport,
  type TransportPair,
  type TransportSide,
  zeroPairs,
} from './transport-ring';

/**
 * Keys of an office on a device. 32 random bytes each, except the device's private keys (PKCS#8 DER, P-256).
 * `audit`: the first key of the audit ratchet, which proves that entries were not written afterwards.
 * `region`: K_region, the digest tag. `deviceBox` opens deliveries of certificate keys.
 * `…Next`: the key that replaces another while a rotation runs; nobody holds one at other times.
 */
export const KEY_NAMES = [
  'journal',
  'slice',
  'field',
  'region',
  'transportPublic',
  'transportPrivate',
  'audit',
  'deviceTls',
  'deviceSign',
  'deviceBox',
  'sliceNext',
  'journalNext',
  'fieldNext',
] as const;
export type KeyName = (typeof KEY_NAMES)[number];

/** The key that a name of a rotation stands for. */
const REPLACES: Readonly<Partial<Record<KeyName, KeyName>>> = {
  sliceNext: 'slice',
  journalNext: 'journal',
  fieldNext: 'field',
};

/** Kinds of slots by what they may hold. `recovery` is nobody's: two people open it together. */
export const KEY_SETS = ['reading', 'administration', 'audit', 'recovery'] as const;
export type KeySet = (typeof KEY_SETS)[number];

const READING = [
  'journal',
  'slice',
  'field',
  'region',
  'transportPublic',
  'transportPrivate',
  'deviceTls',
  'deviceSign',
  'deviceBox',
] as const satisfies readonly KeyName[];

/**
 * Which keys a slot wraps. No administrator can open certificate data, nor the box in which its keys are
 * delivered; the working roles cannot recompute audit entries of the past.
 */
export const KEYS_OF: Readonly<Record<KeySet, readonly KeyName[]>> = {
  reading: READING,
  administration: ['journal', 'deviceTls', 'deviceSign'],
  audit: ['journal', 'audit'],
  recovery: [...READING, 'audit'],
};

/** Which of them a role's slot is. */
export const KEY_SET_OF: Readonly<Record<Role, KeySet>> = {
  inspector: 'reading',
  head: 'reading',
  approver: 'reading',
  'system-admin': 'administration',
  'security-admin': 'administration',
  auditor: 'audit',
};

/** The key itself, or the one that it is to replace. */
export function baseOf(name: KeyName): KeyName {
  return REPLACES[name] ?? name;
}

/** Whether a slot of the set may hold the key: one of a rotation like the one that it replaces. */
export function mayHold(set: KeySet, name: KeyName): boolean {
  return KEYS_OF[set].includes(baseOf(name));
}

/** Of the region's keys before they were ever changed. */
const FIRST_EPOCH = 1;

export type Keys = Readonly<Partial<Record<KeyName, Uint8Array>>>;
/** Keys that take the place of others; null takes one away. */
export type KeyChanges = Readonly<Partial<Record<KeyName, Uint8Array | null>>>;

/** The keys of one open session. Holds copies; `zero` ends it. */
export class KeyRing {
  readonly #keys = new Map<KeyName, Uint8Array>();
  #pairs: readonly TransportPair[] | null = null;
  #isZero = false;

  constructor(keys: Keys) {
    for (const name of KEY_NAMES) {
      const key = keys[name];
      if (key !== undefined) this.#keys.set(name, keyBytes(key));
    }
  }

  has(name: KeyName): boolean {
    return this.#keys.has(name);
  }

  names(): readonly KeyName[] {
    return [...this.#keys.keys()];
  }

  /** The ring's own bytes: copy what must outlive it. Undefined where the role holds no such key. */
  peek(name: KeyName): Uint8Array | undefined {
    return this.#keys.get(name);
  }

  /** A copy that the receiver zeroes. Throws RangeError where the role holds no such key. */
  copy(name: KeyName): Uint8Array {
    const key = this.#keys.get(name);
    if (key === undefined) throw new RangeError(`the session holds no ${name} key`);
    return keyBytes(key);
  }

  /**
   * Takes over the transport pairs that are in force, in the order of their epochs (copied). Before it the slots' pair
   * counts as that of the first epoch. Nothing after `zero`, and nothing for a role that holds no such keys.
   */
  holdTransport(pairs: readonly TransportPair[]): void {
    if (this.#isZero || !this.has('transportPrivate') || pairs.length === 0) return;
    const former = this.#pairs ?? [];
    this.#pairs = pairs.map(copyPair);
    zeroPairs(former);
  }

  /** Whether these very pairs are what it holds. */
  holdsTransport(pairs: readonly TransportPair[]): boolean {
    const held = this.#inForce();
    return (
      held.length === pairs.length &&
      pairs.every((pair, place) => {
        const own = held[place];
        return own !== undefined && isSamePair(pair, own);
      })
    );
  }

  /** One side of the pairs in force, packed for who opens with it, and zeroes it. Throws RangeError where the role holds none. */
  packedTransport(side: TransportSide): Uint8Array {
    const pairs = this.#inForce();
    if (pairs.length === 0) throw new RangeError('the session holds no transport keys');
    return packTransport(pairs, side);
  }

  /** The ring's own pair of an epoch; undefined where it is not in force, or the role holds none. */
  peekTransport(keyEpoch: number): TransportPair | undefined {
    return this.#inForce().find((pair) => pair.keyEpoch === keyEpoch);
  }

  /** Epochs in force, the newest last; none for a role that holds no such keys. */
  get transportEpochs(): readonly number[] {
    return this.#inForce().map(({ keyEpoch }) => keyEpoch);
  }

  #forgetPairs(): void {
    zeroPairs(this.#pairs ?? []);
    this.#pairs = null;
  }

  #inForce(): readonly TransportPair[] {
    if (this.#pairs !== null) return this.#pairs;
    const [transportPublic, transportPrivate] = [
      this.peek('transportPublic'),
      this.peek('transportPrivate'),
    ];
    if (transportPublic === undefined || transportPrivate === undefined) return [];
    return [{ keyEpoch: FIRST_EPOCH, transportPublic, transportPrivate }];
  }

  /** The session has ended: no key comes back. */
  get isZero(): boolean {
    return this.#isZero;
  }

  /**
   * Takes over changed keys (copied; null forgets one). Replaced bytes are filled with 0. Nothing after `zero`: what
   * was under way when the session ended must not fill the ring again.
   */
  change(changes: KeyChanges): void {
    if (this.#isZero) return;
    for (const name of KEY_NAMES) {
      const next = changes[name];
      if (next === undefined) continue;
      this.#keys.get(name)?.fill(0);
      if (next === null) this.#keys.delete(name);
      else this.#keys.set(name, keyBytes(next));
    }
  }

  /** Forgets what a slot of the set may not hold; false when a key that it must hold is missing. */
  restrict(set: KeySet): boolean {
    for (const name of this.names()) if (!mayHold(set, name)) this.change({ [name]: null });
    if (!this.has('transportPrivate')) this.#forgetPairs();
    return KEYS_OF[set].every((name) => this.has(name));
  }

  /** Fills every key with 0 and forgets it. */
  zero(): void {
    this.#isZero = true;
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
    this.#forgetPairs();
  }
}
