import type { Role } from '../../shared/domain/model';

/**
 * Keys of an office on a device. 32 random bytes each, except the device's private keys (PKCS#8 DER, P-256).
 * `audit`: the first key of the audit ratchet, which proves that entries were not written afterwards.
 * `region`: K_region, the digest tag. `deviceBox` opens deliveries of certificate keys.
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
] as const;
export type KeyName = (typeof KEY_NAMES)[number];

const READS_CERTIFICATES: readonly KeyName[] = [
  'journal',
  'slice',
  'field',
  'region',
  'transportPublic',
  'transportPrivate',
  'deviceTls',
  'deviceSign',
  'deviceBox',
];

/**
 * Which keys a role's slot wraps. No administrator can open certificate data, nor the box in which its keys
 * are delivered; the working roles cannot recompute audit entries of the past.
 */
export const ROLE_KEYS: Readonly<Record<Role, readonly KeyName[]>> = {
  inspector: READS_CERTIFICATES,
  head: READS_CERTIFICATES,
  approver: READS_CERTIFICATES,
  'system-admin': ['journal', 'deviceTls', 'deviceSign'],
  'security-admin': ['journal', 'deviceTls', 'deviceSign'],
  auditor: ['journal', 'audit'],
};

export type Keys = Readonly<Partial<Record<KeyName, Uint8Array>>>;

/** The keys of one open session. Holds copies; `zero` ends it. */
export class KeyRing {
  readonly #keys = new Map<KeyName, Uint8Array>();

  constructor(keys: Keys) {
    for (const name of KEY_NAMES) {
      const key = keys[name];
      if (key !== undefined) this.#keys.set(name, Uint8Array.from(key));
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
    return Uint8Array.from(key);
  }

  /** Fills every key with 0 and forgets it. */
  zero(): void {
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
}
