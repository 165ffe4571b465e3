import type { RestoreOutcome } from '../../../../shared/ipc/routes/restore';
import { err, ok, type Result } from '../../../../shared/kernel/result';
import type { KeyRing } from '../../../crypto/key-ring';
import type { Keyslots } from '../../../crypto/keyslots';
import type { OfficeFile } from '../unlock/office-file';
import { parseParts, type RecoverInput, type RecoverParts, recover } from '../unlock/recover';

/** Opens keyslots by both parts as typed; what did not open as the page is told. */
export async function openByParts(
  slots: Keyslots,
  input: RecoverInput,
): Promise<Result<KeyRing, RestoreOutcome>> {
  const typed = parseParts(input);
  if ('outcome' in typed) return err(typed);
  const opened = await slots.openRecovery(typed).finally(() => {
    typed.a.fill(0);
    typed.b.fill(0);
  });
  if (opened.ok) return ok(opened.value);
  const { error } = opened;
  return err(
    error.kind === 'wait'
      ? { outcome: 'wait', untilMs: Date.now() + error.remainingMs }
      : { outcome: error.kind },
  );
}

/**
 * Makes the person a way in on this machine in a file of keyslots. On a device that had no office the ways in of
 * others go: they were bound to the machine of the backup, and would refuse the right password.
 */
export async function renewWayIn(
  parts: Omit<RecoverParts, 'keyslots'>,
  path: string,
  office: OfficeFile,
  input: RecoverInput,
  isNewMachine: boolean,
): Promise<void> {
  const renewed = await recover({ ...parts, keyslots: path }, office, input);
  // The parts have just opened the same file.
  if ('outcome' in renewed) throw new Error(`recovery: ${renewed.outcome}`);
  renewed.keys.zero();
  if (!isNewMachine) return;
  for (const { badge, factors } of renewed.keyslots.slots())
    if (badge !== input.badge && factors.includes('machine'))
      await renewed.keyslots.removeSlot(badge);
}
