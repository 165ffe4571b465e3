import { randomBytes } from 'node:crypto';
import type { Role } from '../../shared/domain/model';
import type { Argon2Parameters } from './kdf';
import { type KeyName, type KeyRing, ROLE_KEYS } from './key-ring';
import type { Factor, KeyslotFile, Slot, SlotToken } from './keyslot-format';
import { deriveSlotKey, type SlotSecrets, wrapKeys } from './slot-key';

/** Factors beside the password. `machine.isBound` false (no key store of the system) does not count as one. */
export interface SlotFactors {
  readonly machine?: { readonly secret: Uint8Array; readonly isBound: boolean };
  readonly token?: SlotToken & { readonly secret: Uint8Array };
}

export interface NewSlot {
  readonly userId: string;
  readonly badge: string;
  readonly displayName: string;
  readonly roleStatementRef: string;
  readonly role: Role;
  /** UTF-8 bytes; the caller zeroes them. */
  readonly password: Uint8Array;
  readonly factors: SlotFactors;
  /** Must hold every key of the role; only those are wrapped. */
  readonly keys: KeyRing;
  readonly kdf: Argon2Parameters;
  /** Password alone is enough in the practice office, nowhere else. */
  readonly isPractice: boolean;
}

function factorsOf(factors: SlotFactors): Factor[] {
  return [
    'password',
    ...(factors.machine ? (['machine'] as const) : []),
    ...(factors.token ? (['token'] as const) : []),
  ];
}

/** A slot that wraps the role's keys. Throws RangeError when a key of the role is missing or factors are too few. */
export async function makeSlot(
  file: Pick<KeyslotFile, 'office' | 'deviceId'>,
  input: NewSlot,
): Promise<Slot> {
  const isStrong = input.factors.token !== undefined || input.factors.machine?.isBound === true;
  if (!isStrong && !input.isPractice) throw new RangeError('keyslots: a second factor is needed');
  const factors = factorsOf(input.factors);
  const { userId, badge, displayName, roleStatementRef } = input;
  const { machine, token } = input.factors;
  const head = {
    slotId: randomBytes(16).toString('hex'),
    userId,
    badge,
    displayName,
    roleStatementRef,
    factors,
    kdf: newKdf(input.kdf),
    ...(token === undefined
      ? {}
      : {
          token: {
            driver: token.driver,
            serial: token.serial,
            keyRef: token.keyRef,
            wrapped: token.wrapped,
          },
        }),
  };
  const secrets: SlotSecrets = {
    password: input.password,
    ...(machine === undefined ? {} : { machine: machine.secret }),
    ...(token === undefined ? {} : { token: token.secret }),
  };
  const slotKey = await deriveSlotKey(head, secrets);
  const keys = keysOf(input.keys, ROLE_KEYS[input.role]);
  const slot = {
    ...head,
    ...wrapKeys(slotKey, { ...head, office: file.office, deviceId: file.deviceId }, keys),
  };
  slotKey.fill(0);
  return slot;
}

/** Some of a ring's keys, not copied. Throws RangeError when one is missing. */
export function keysOf(
  ring: KeyRing,
  names: readonly KeyName[],
): Partial<Record<KeyName, Uint8Array>> {
  const keys: Partial<Record<KeyName, Uint8Array>> = {};
  for (const name of names) {
    const key = ring.peek(name);
    if (key === undefined) throw new RangeError(`keyslots: the ${name} key of the role is missing`);
    keys[name] = key;
  }
  return keys;
}

/** Parameters with a new salt. */
export function newKdf(kdf: Argon2Parameters): Slot['kdf'] {
  return { algorithm: 'argon2id', ...kdf, salt: randomBytes(16).toString('base64') };
}
