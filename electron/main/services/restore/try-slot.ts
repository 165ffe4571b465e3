import { AppError } from '../../../../shared/errors/app-error';
import type { RestoreOutcome } from '../../../../shared/ipc/routes/restore';
import { err, ok, type Result } from '../../../../shared/kernel/result';
import type { KeyRing } from '../../../crypto/key-ring';
import type { Keyslots } from '../../../crypto/keyslots';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { DeviceCaller } from '../../clients/device-client';
import { openTokenSecret } from '../tokens/token-secret';
import { tokenFailed } from '../tokens/tokens';
import { slotOutcome } from '../unlock/slot-outcome';

/** A person's secrets of the time of the backup; the caller zeroes them. */
export interface RestoreSecrets {
  readonly badge: string;
  readonly password: Uint8Array;
  /** Of the U-Key, where the slot has one. */
  readonly pin?: Uint8Array | undefined;
}

/** Opens a slot by what it is made of: password, this machine, U-Key. Throws USER_UNKNOWN, KEYSLOTS_DAMAGED. */
export async function trySlot(
  slots: Keyslots,
  { badge, password, pin }: RestoreSecrets,
  machine: MachineSecretProvider,
  device: DeviceCaller,
): Promise<Result<KeyRing, RestoreOutcome>> {
  const slot = slots.slots().find((one) => one.badge === badge);
  if (slot === undefined) throw new AppError('USER_UNKNOWN');
  // A PIN is not spent at the key while no try at the password would be taken.
  const gate = slots.gate(badge);
  if (gate.kind !== 'open') return err(slotOutcome(gate));
  let token: Uint8Array | undefined;
  if (slot.token !== undefined) {
    if (pin === undefined) return err({ outcome: 'token-needed' });
    const opened = await openTokenSecret(device, slot.token, pin.slice());
    if (!opened.ok) return err(tokenFailed(opened.error));
    token = opened.value;
  }
  const secret = slot.factors.includes('machine') ? await machine.load() : undefined;
  try {
    const tried = await slots.openSlot({
      badge,
      password,
      ...(secret === undefined ? {} : { machine: secret }),
      ...(token === undefined ? {} : { token }),
    });
    return tried.ok ? ok(tried.value) : err(slotOutcome(tried.error));
  } finally {
    secret?.fill(0);
    token?.fill(0);
  }
}
