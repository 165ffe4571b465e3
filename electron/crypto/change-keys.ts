import { AppError } from '../../shared/errors/app-error';
import {
  baseOf,
  KEY_NAMES,
  type KeyChanges,
  type KeyName,
  type KeyRing,
  type Keys,
} from './key-ring';
import { isCurrent, type KeyslotFile, MAX_DELIVERIES, type SlotBody } from './keyslot-format';
import { identityOf } from './new-slot';
import { recoveryIdentity } from './recovery-slot';
import { isDeliverable, makeDelivery } from './slot-delivery';
import { isVouched, type SlotIdentity, vouchFor } from './vouch';

/**
 * The file after a change of keys, in which every slot will open to them. All or nothing: throws FORBIDDEN
 * when the ring lacks a key that it would hand out, KEYSLOTS_DAMAGED when a slot is not vouched for,
 * KEYSLOTS_OUTDATED when a slot cannot take a delivery before its person has come, LOCKED when the ring was zeroed
 * meanwhile.
 */
export async function changeFile(
  file: KeyslotFile,
  ring: KeyRing,
  changes: KeyChanges,
): Promise<KeyslotFile> {
  if (ring.isZero) throw new AppError('LOCKED');
  demandSense(ring, changes);
  const before = keysIn(ring);
  try {
    const changed = await changeSlots(file, before, changes);
    if (ring.isZero) throw new AppError('LOCKED');
    return changed;
  } finally {
    for (const key of Object.values(before)) key.fill(0);
  }
}

async function changeSlots(
  file: KeyslotFile,
  before: Keys,
  changes: KeyChanges,
): Promise<KeyslotFile> {
  const after = applied(before, changes);
  const slots: KeyslotFile['slots'] = [];
  for (const slot of file.slots) {
    if (!isCurrent(slot)) throw new AppError('KEYSLOTS_OUTDATED', { badge: slot.badge });
    const identity = identityOf(file, slot);
    slots.push(await changeBody(identity, slot, { before, after, changes }, slot.badge));
  }
  const change = { before, after, changes };
  const changed: Pick<KeyslotFile, 'recovery' | 'formerRecovery'> = {};
  for (const name of ['recovery', 'formerRecovery'] as const) {
    const recovery = file[name];
    if (recovery === undefined) continue;
    const identity = recoveryIdentity(file, recovery);
    changed[name] = await changeBody(identity, recovery, change, 'recovery');
  }
  return { ...file, slots, ...changed };
}

interface Change {
  readonly before: Keys;
  readonly after: Keys;
  readonly changes: KeyChanges;
}

async function changeBody<T extends SlotBody>(
  identity: SlotIdentity,
  slot: T,
  { before, after, changes }: Change,
  badge: string,
): Promise<T> {
  if (!isVouched(identity, slot, before))
    throw new AppError('KEYSLOTS_DAMAGED', {}, `slot of ${badge} is not vouched for`);
  const own: Partial<Record<KeyName, Uint8Array | null>> = {};
  for (const name of KEY_NAMES) {
    const key = changes[name];
    if (key !== undefined && isDeliverable(slot, name)) own[name] = key;
  }
  if (Object.keys(own).length === 0) return slot;
  if (slot.deliveries.length >= MAX_DELIVERIES)
    throw new AppError('KEYSLOTS_OUTDATED', { badge }, 'too many changes missed');
  const delivery = await makeDelivery(identity, slot, before, own);
  const changed = { ...slot, deliveries: [...slot.deliveries, delivery] };
  return { ...changed, vouch: vouchFor(identity, changed, after) };
}

function demandSense(ring: KeyRing, changes: KeyChanges): void {
  for (const name of KEY_NAMES) {
    const key = changes[name];
    if (key === undefined) continue;
    const isNext = baseOf(name) !== name;
    if (name === 'audit') throw new RangeError('keyslots: the first audit key never changes');
    if (key === null && !isNext) throw new RangeError(`keyslots: ${name} cannot be taken away`);
    if (!ring.has(baseOf(name)))
      throw new AppError('FORBIDDEN', {}, `the session holds no ${baseOf(name)} key`);
  }
}

/** Copies: a lock may zero the ring's own bytes between the look at a slot's vouch and the new one. */
function keysIn(ring: KeyRing): Keys {
  return Object.fromEntries(ring.names().map((name) => [name, ring.copy(name)]));
}

function applied(keys: Keys, changes: KeyChanges): Keys {
  const after: Partial<Record<KeyName, Uint8Array>> = { ...keys };
  for (const name of KEY_NAMES) {
    const key = changes[name];
    if (key === null) delete after[name];
    else if (key !== undefined) after[name] = key;
  }
  return after;
}
