import { NO_ATTEMPTS } from './attempt-policy';
import type { Keys } from './key-ring';
import type { KeyslotFile, RecoverySlot } from './keyslot-format';
import { openRecoverySlot, type RecoveryParts } from './recovery-slot';

/*
 * A recovery key that is made anew, and the one that it replaces: both open until the parts of the new one are in the hands of
 * their keepers. Then the former one is gone.
 */

/** The recovery key that two people hold. */
export function inHand({ recovery, formerRecovery }: KeyslotFile): RecoverySlot | undefined {
  return recovery?.isHandedOut === true ? recovery : formerRecovery;
}

/** The file with a new recovery key, not handed out yet. Of those before it stays the one that people hold. */
export function withRecovery(file: KeyslotFile, slot: RecoverySlot): KeyslotFile {
  const { formerRecovery: _, ...others } = file;
  const former = inHand(file);
  // Tries go on being counted: a new key is no way to guess at the former one without waiting.
  const recovery = { ...slot, attempts: file.recovery?.attempts ?? slot.attempts };
  return former === undefined
    ? { ...others, recovery }
    : { ...others, recovery, formerRecovery: former };
}

/** The file once both parts were handed out. Throws RangeError without a recovery key. */
export function withConfirmed(file: KeyslotFile): KeyslotFile {
  const { formerRecovery: _, ...others } = file;
  const { recovery } = file;
  if (recovery === undefined) throw new RangeError('keyslots: no recovery key');
  return { ...others, recovery: { ...recovery, isHandedOut: true } };
}

/**
 * Tries parts at both: undefined when they fit neither. Otherwise the keys, which the caller zeroes, and the file as it should be
 * written. Throws KEYSLOTS_DAMAGED when the slot that they fit was edited.
 */
export async function openEither(
  file: KeyslotFile,
  parts: RecoveryParts,
): Promise<{ readonly keys: Keys; readonly file: KeyslotFile } | undefined> {
  const { recovery } = file;
  if (recovery === undefined) return undefined;
  for (const name of ['recovery', 'formerRecovery'] as const) {
    const slot = file[name];
    const opened = slot === undefined ? undefined : await openRecoverySlot(file, slot, parts);
    if (opened === undefined) continue;
    const free = { ...recovery, attempts: NO_ATTEMPTS };
    return { keys: opened.keys, file: { ...file, recovery: free, [name]: opened.slot } };
  }
  return undefined;
}
