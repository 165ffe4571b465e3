import type { Role } from '../../shared/domain/model';
import { keyBytes } from './key-bytes';

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

export type Keys = Readonly<Partial<Record<KeyName, Uint8Array>>>;
/** Keys that take the place of others; null takes one away. */
export type KeyChanges = Readonly<Partial<Record<KeyName, Uint8Array | null>>>;

/** The keys of one open session. Holds copies; `zero` ends it. */
export class KeyRing {
  readonly #keys = new Map<KeyName, Uint8Array>();
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
    return KEYS_OF[set].every((name) => this.has(name));
  }

  /** Fills every key with 0 and forgets it. */
  zero(): void {
    this.#isZero = true;
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
}
