import { AppError } from '../../../../shared/errors/app-error';
import type { OfficeStatement, RoleStatement } from '../../../../shared/protocol/signed-statement';
import type { Argon2Parameters } from '../../../crypto/kdf';
import type { KeyRing } from '../../../crypto/key-ring';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { NewSlot } from '../../../crypto/new-slot';
import type { TokenSecret } from '../tokens/token-secret';

/** A way in for a person, as the server's statements have it. */
export interface SlotPerson {
  readonly role: RoleStatement;
  readonly office: OfficeStatement;
  /** The caller zeroes it. */
  readonly password: Uint8Array;
  readonly token?: TokenSecret | undefined;
  readonly keys: KeyRing;
  readonly kdf: Argon2Parameters;
  readonly nowMs: number;
}

/**
 * Makes the slot's contents and hands them to `use`, after which the machine's secret is zeroed.
 * Throws PASSWORD_WEAK, ENROL_NO_KEY_STORE.
 */
export async function withNewSlot<T>(
  person: SlotPerson,
  machine: MachineSecretProvider,
  loadSecret: () => Promise<Uint8Array>,
  use: (slot: NewSlot) => Promise<T>,
): Promise<T> {
  const { role, office, password, token, keys, kdf, nowMs } = person;
  demandStrength(password, office.minPasswordLength);
  const { isBound } = machine;
  if (!isBound && !office.isPractice) throw new AppError('ENROL_NO_KEY_STORE');
  const wantsMachine = isBound || office.factors.includes('machine');
  const secret = wantsMachine ? await loadSecret() : null;
  try {
    return await use({
      userId: role.userId,
      badge: role.badge,
      displayName: role.name,
      roleStatementRef: role.serial,
      role: role.role,
      password,
      factors: {
        ...(secret === null ? {} : { machine: { secret, isBound } }),
        ...(token === undefined ? {} : { token: { ...token.token, secret: token.secret } }),
      },
      keys,
      kdf,
      isPractice: office.isPractice,
      nowMs,
    });
  } finally {
    secret?.fill(0);
  }
}

/** Length in characters of UTF-8 bytes, without making a text of a password. Throws PASSWORD_WEAK. */
export function demandStrength(password: Uint8Array, minLength: number): void {
  const length = password.reduce((sum, byte) => sum + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
  if (length < minLength) throw new AppError('PASSWORD_WEAK', { minLength });
}
