import { AppError } from '../../../../shared/errors/app-error';
import {
  parseRecoveryPart,
  type RecoveryCodeFault,
  type RecoveryPart,
} from '../../../../shared/protocol/recovery-code';
import type { Argon2Parameters } from '../../../crypto/kdf';
import type { KeyRing } from '../../../crypto/key-ring';
import type { Keyslots } from '../../../crypto/keyslots';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { RecoveryParts } from '../../../crypto/recovery-slot';
import type { DeviceCaller } from '../../clients/device-client';
import { demandTokenSecret, type PinnedKey } from '../tokens/token-secret';
import type { OfficeFile } from './office-file';
import { openKeyslots } from './office-keyslots';
import { type StatementParts, sessionStatements } from './session-statements';
import { demandStrength, withNewSlot } from './slot-person';
import { roleOf } from './statements';

/** Both parts as typed (UTF-8), and whom they make a new way in for. */
export interface RecoverInput {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly badge: string;
  readonly password: Uint8Array;
  /** What the way in is bound to; without it ENROL_TOKEN_NEEDED where the policy asks for a U-Key. */
  readonly token?: PinnedKey | undefined;
}

interface PartWrong {
  readonly outcome: 'part-wrong';
  readonly part: RecoveryPart;
  /** Number of the mistyped group; null when characters are missing or too many. */
  readonly group: number | null;
}

export type RecoverOutcome =
  | PartWrong
  | { readonly outcome: 'wrong-parts' }
  | { readonly outcome: 'wait'; readonly untilMs: number }
  | { readonly outcome: 'no-recovery-key' };

export interface RecoverParts extends StatementParts {
  readonly keyslots: string;
  readonly machine: MachineSecretProvider;
  readonly device: DeviceCaller;
  /** Cost of password hashing on this machine, measured now. */
  readonly kdf: () => Promise<Argon2Parameters>;
}

/**
 * Makes a person a new way in by the two parts: slot, password and machine new, tries forgotten. The answered
 * keys are every key; the caller restricts them to the role and zeroes them. Throws PASSWORD_WEAK,
 * STATEMENT_INVALID, LEASE_ENDED, KEYSLOTS_DAMAGED, ENROL_TOKEN_NEEDED and the token's codes; nothing is changed then.
 */
export async function recover(
  parts: RecoverParts,
  stored: OfficeFile,
  input: RecoverInput,
): Promise<RecoverOutcome | { readonly keyslots: Keyslots; readonly keys: KeyRing }> {
  const typed = parseParts(input);
  if ('outcome' in typed) return typed;
  const keyslots = await openKeyslots(parts.keyslots, stored);
  const opened = await keyslots.openRecovery(typed).finally(() => {
    typed.a.fill(0);
    typed.b.fill(0);
  });
  if (!opened.ok) {
    const { error } = opened;
    return error.kind === 'wait'
      ? { outcome: 'wait', untilMs: Date.now() + error.remainingMs }
      : { outcome: error.kind };
  }
  const keys = opened.value;
  try {
    const { inForce } = await sessionStatements(parts, stored, input.badge, keys);
    const role = roleOf(inForce, input.badge);
    const { office } = inForce;
    if (office === null) throw new AppError('STATEMENT_INVALID');
    const { password } = input;
    demandStrength(password, office.minPasswordLength);
    if (office.factors.includes('token') && input.token === undefined)
      throw new AppError('ENROL_TOKEN_NEEDED');
    const token = input.token && (await demandTokenSecret(parts.device, input.token));
    try {
      await withNewSlot(
        { role, office, password, token, keys, kdf: await parts.kdf(), nowMs: Date.now() },
        parts.machine,
        () => parts.machine.loadOrRenew(),
        (slot) => keyslots.recoverSlot(slot),
      );
    } finally {
      token?.secret.fill(0);
    }
    return { keyslots, keys };
  } catch (error) {
    keys.zero();
    throw error;
  }
}

/** The parts as typed, which the caller zeroes, or which of them is mistyped and where. */
export function parseParts({ a, b }: Pick<RecoverInput, 'a' | 'b'>): RecoveryParts | PartWrong {
  const first = parseRecoveryPart('a', a);
  if (!first.ok) return wrong('a', first.error);
  const second = parseRecoveryPart('b', b);
  if (second.ok) return { a: first.value, b: second.value };
  first.value.fill(0);
  return wrong('b', second.error);
}

function wrong(part: RecoveryPart, fault: RecoveryCodeFault): PartWrong {
  return { outcome: 'part-wrong', part, group: fault.kind === 'group' ? fault.group : null };
}
