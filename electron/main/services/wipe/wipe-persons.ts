import type { Role } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { Keyslots } from '../../../crypto/keyslots';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { DeviceCaller } from '../../clients/device-client';
import { openTokenSecret } from '../tokens/token-secret';
import { tokenFailed } from '../tokens/tokens';

/** Who may order a wipe at the device itself. */
export const WIPING_ROLES: readonly Role[] = ['security-admin', 'head'];

export interface WipePerson {
  readonly badge: string;
  /** UTF-8 bytes; the caller zeroes them. */
  readonly password: Uint8Array;
  /** Of the U-Key, where the slot has one. */
  readonly pin?: Uint8Array | undefined;
}

/** Why a person's wipe did not begin; everything is as it was. */
export type PersonsRefusal =
  | { readonly outcome: 'wrong'; readonly badge: string; readonly triesLeft: number }
  | { readonly outcome: 'wait'; readonly badge: string; readonly untilMs: number }
  | { readonly outcome: 'administrator-needed'; readonly badge: string }
  | { readonly outcome: 'token-needed'; readonly badge: string }
  | {
      readonly outcome: 'token-failed';
      readonly badge: string;
      readonly code: string;
      readonly triesLeft: number | null;
    };

/** How many persons a wipe takes: two where two people with the right are on this device. */
export function personsNeeded(users: readonly { readonly role: Role }[]): 1 | 2 {
  return users.filter(({ role }) => WIPING_ROLES.includes(role)).length >= 2 ? 2 : 1;
}

/**
 * Checks each password against the person's own slot, a try like any other. Null when all are right. The session's
 * own keyslots count the tries: another reading of the file would be written over by the session's next change.
 * Throws KEYSLOTS_DAMAGED, USER_UNKNOWN, STORE_IN_USE.
 */
export async function checkPersons(
  keyslots: Keyslots,
  machine: MachineSecretProvider,
  device: DeviceCaller,
  persons: readonly WipePerson[],
): Promise<PersonsRefusal | null> {
  for (const { badge, password, pin } of persons) {
    const slot = keyslots.slots().find((one) => one.badge === badge);
    if (slot === undefined) throw new AppError('USER_UNKNOWN');
    let token: Uint8Array | undefined;
    // A PIN is not spent at the key while no try at the password would be taken.
    if (slot.token !== undefined && pin !== undefined && keyslots.gate(badge).kind === 'open') {
      const unwrapped = await openTokenSecret(device, slot.token, pin);
      if (!unwrapped.ok) return { ...tokenFailed(unwrapped.error), badge };
      token = unwrapped.value;
    }
    const secret = slot.factors.includes('machine') ? await machine.load() : undefined;
    const opened = await keyslots.openSlot({
      badge,
      password,
      ...(secret === undefined ? {} : { machine: secret }),
      ...(token === undefined ? {} : { token }),
    });
    secret?.fill(0);
    token?.fill(0);
    if (opened.ok) {
      opened.value.zero();
      continue;
    }
    const fault = opened.error;
    switch (fault.kind) {
      case 'wrong-password':
        return { outcome: 'wrong', badge, triesLeft: fault.triesLeft };
      case 'wait':
        return { outcome: 'wait', badge, untilMs: Date.now() + fault.remainingMs };
      case 'administrator-needed':
        return { outcome: 'administrator-needed', badge };
      case 'needs-token':
        return { outcome: 'token-needed', badge };
      case 'unknown-user':
        throw new AppError('USER_UNKNOWN');
      case 'needs-machine':
        throw new AppError('KEYSLOTS_DAMAGED', {}, 'machine secret missing');
    }
  }
  return null;
}
