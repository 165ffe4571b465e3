import { randomBytes } from 'node:crypto';
import type { Role } from '../../shared/domain/model';
import { AppError } from '../../shared/errors/app-error';
import type { Argon2Parameters } from './kdf';
import { KEY_SET_OF, type KeyRing, type Keys } from './key-ring';
import { isCurrent, type KeyslotFile, type LegacySlot, type Slot } from './keyslot-format';
import type { Factor, SlotToken } from './keyslot-parts';
import { keySetOfV1 } from './keyslot-v1';
import { keysFor, makeBody, openBody } from './slot-body';
import { type Bound, deriveSlotKey, fitsSlot, type SlotSecrets, unwrapKeys } from './slot-key';
import type { SlotIdentity } from './vouch';

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
  /** UTC ms. */
  readonly nowMs: number;
}

type OfFile = Pick<KeyslotFile, 'office' | 'deviceId'>;

function factorsOf(factors: SlotFactors): Factor[] {
  return [
    'password',
    ...(factors.machine ? (['machine'] as const) : []),
    ...(factors.token ? (['token'] as const) : []),
  ];
}

/** A slot that wraps the role's keys. Throws RangeError when a key of the role is missing or factors are too few. */
export async function makeSlot(file: OfFile, input: NewSlot): Promise<Slot> {
  const isStrong = input.factors.token !== undefined || input.factors.machine?.isBound === true;
  if (!isStrong && !input.isPractice) throw new RangeError('keyslots: a second factor is needed');
  const keySet = KEY_SET_OF[input.role];
  const keys = keysFor(input.keys, keySet);
  const { userId, badge, displayName, roleStatementRef, nowMs } = input;
  const { machine, token } = input.factors;
  const head: Head = {
    slotId: randomBytes(16).toString('hex'),
    userId,
    badge,
    displayName,
    roleStatementRef,
    factors: factorsOf(input.factors),
    kdf: newKdf(input.kdf),
    sinceMs: Math.max(0, Math.floor(nowMs)),
    ...(token === undefined ? {} : { token: withoutSecret(token) }),
  };
  const slotKey = await deriveSlotKey(head, {
    password: input.password,
    ...(machine === undefined ? {} : { machine: machine.secret }),
    ...(token === undefined ? {} : { token: token.secret }),
  });
  const body = makeBody(slotKey, identityOf(file, head), keySet, keys);
  slotKey.fill(0);
  return { ...head, ...body };
}

function withoutSecret({ driver, serial, keyRef, wrapped }: SlotToken): SlotToken {
  return { driver, serial, keyRef, wrapped };
}

/**
 * Tries secrets at a slot: undefined when they do not fit. Otherwise its keys, which the caller zeroes, and the slot
 * as it should be written: deliveries folded in, one of version 1 made one of version 2.
 * Throws KEYSLOTS_DAMAGED when the slot was edited.
 */
export async function openWith(
  file: OfFile,
  slot: Slot | LegacySlot,
  secrets: SlotSecrets,
): Promise<{ readonly keys: Keys; readonly slot: Slot } | undefined> {
  const slotKey = await deriveSlotKey(slot, secrets);
  try {
    const { slotId } = slot;
    const version = isCurrent(slot) ? 2 : 1;
    if (!fitsSlot(slotKey, { version, slotId }, slot.check)) return undefined;
    if (isCurrent(slot)) {
      const { keys, body } = await openBody(slotKey, identityOf(file, slot), slot);
      return { keys, slot: { ...slot, ...body } };
    }
    const keys = unwrapKeys(slotKey, boundV1(file, slot), slot.wrapped);
    if (keys === undefined) throw new AppError('KEYSLOTS_DAMAGED', {}, 'slot edited');
    const { check: _, wrapped: __, ...head } = { ...slot, sinceMs: 0 };
    const body = makeBody(slotKey, identityOf(file, head), keySetOfV1(slot), keys);
    return { keys, slot: { ...head, ...body } };
  } finally {
    slotKey.fill(0);
  }
}

/**
 * The slot under a new password: new salt, cost and box, so that what was delivered to the old one stays
 * with whoever knows the old password, and nothing that comes later.
 */
export async function withPassword(
  file: OfFile,
  slot: Slot,
  keys: Keys,
  secrets: SlotSecrets,
  kdf: Argon2Parameters,
): Promise<Slot> {
  const head = { ...slot, kdf: newKdf(kdf) };
  const slotKey = await deriveSlotKey(head, secrets);
  const body = makeBody(slotKey, identityOf(file, head), slot.keySet, keys);
  slotKey.fill(0);
  return { ...head, ...body };
}

/**
 * The slot with another token, or with none: like a new password, everything that opened it before opens it no
 * longer. `secrets` hold the new token's secret.
 */
export async function withToken(
  file: OfFile,
  slot: Slot,
  keys: Keys,
  secrets: SlotSecrets,
  kdf: Argon2Parameters,
  token: SlotToken | null,
): Promise<Slot> {
  const { token: _, ...rest } = slot;
  const others = slot.factors.filter((factor) => factor !== 'token');
  const changed: Slot =
    token === null
      ? { ...rest, factors: others }
      : { ...rest, factors: [...others, 'token'], token: withoutSecret(token) };
  return withPassword(file, changed, keys, secrets, kdf);
}

type Head = Omit<Slot, 'keySet' | 'box' | 'check' | 'wrapped' | 'deliveries' | 'vouch'>;

/** What decides whose slot it is. Name and statement are display only: the signed statement decides. */
export function identityOf(file: OfFile, slot: Head): SlotIdentity {
  const { office, deviceId } = file;
  const { slotId, userId, badge, factors, kdf, token, sinceMs } = slot;
  return { office, deviceId, slotId, userId, badge, factors, kdf, token, sinceMs };
}

function boundV1(file: OfFile, slot: LegacySlot): Bound {
  const { office, deviceId } = file;
  const { slotId, userId, badge, factors, kdf, token } = slot;
  const facts = { office, deviceId, slotId, userId, badge, factors, kdf, token };
  return { version: 1, slotId, facts };
}

/** Parameters with a new salt. */
function newKdf(kdf: Argon2Parameters): Slot['kdf'] {
  return { algorithm: 'argon2id', ...kdf, salt: randomBytes(16).toString('base64') };
}
