import { AppError } from '../../../shared/errors/app-error';
import { openGcm, sealGcm } from '../../crypto/aead';
import { hkdf } from '../../crypto/hkdf';

/** office.json names people: it travels sealed under a key from K_journal. */
export const OFFICE_FILE = 'office.json';
export const SEALED_OFFICE = 'office.sealed';

function withKey<T>(journalKey: Uint8Array, act: (key: Uint8Array) => T): T {
  const key = hkdf(journalKey, 'fieldcert backup office v1', 32);
  try {
    return act(key);
  } finally {
    key.fill(0);
  }
}

export function sealOffice(bytes: Uint8Array, journalKey: Uint8Array): Uint8Array {
  return withKey(journalKey, (key) => sealGcm(key, bytes, SEALED_OFFICE));
}

/** Throws BACKUP_ALTERED when the key or a byte differs. */
export function unsealOffice(sealed: Uint8Array, journalKey: Uint8Array): Uint8Array {
  const opened = withKey(journalKey, (key) => openGcm(key, sealed, SEALED_OFFICE));
  if (opened === undefined) throw new AppError('BACKUP_ALTERED', { file: SEALED_OFFICE });
  return opened;
}
