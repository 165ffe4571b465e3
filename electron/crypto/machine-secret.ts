import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors/app-error';
import { writeAtomically } from '../platform/atomic-write';
import { destroyFile } from '../platform/destroy-file';
import { keyBytes } from './key-bytes';

const SECRET_BYTES = 32;

/** The machine's part of a slot key. */
export interface MachineSecretProvider {
  /** Whether the operating system's key store holds it; a secret in a plain file binds nothing and is no factor. */
  readonly isBound: boolean;
  /** 32 bytes, made at the first call; the caller zeroes them. Throws KEYSLOTS_DAMAGED when a stored one cannot be read. */
  load(): Promise<Uint8Array>;
  /**
   * As `load`, but a stored one that cannot be read is put aside and a new one made: only where recovered keys make a
   * new way in, because every other slot that needs the old one stays closed.
   */
  loadOrRenew(): Promise<Uint8Array>;
  /** As `load`, but null where there is none. */
  find(): Promise<Uint8Array | null>;
  /** Overwrites and removes it: what it was a part of opens no more. No error where there is none. */
  destroy(): Promise<void>;
}

/** What is used of Electron's safeStorage, handed in by main. */
export interface SystemKeyStore {
  isEncryptionAvailable(): boolean;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
  /** Linux only: `basic_text` means that there is no key store and the text is merely obscured. */
  getSelectedStorageBackend?(): string;
}

/** A secret sealed by the system's key store in a file of its own. */
export function systemMachineSecret(path: string, store: SystemKeyStore): MachineSecretProvider {
  const backend = store.getSelectedStorageBackend?.() ?? 'system';
  const isBound =
    store.isEncryptionAvailable() && backend !== 'basic_text' && backend !== 'unknown';
  if (!isBound) return fileMachineSecret(path);
  return {
    isBound,
    ...secretFile(
      path,
      (secret) => store.encryptString(secret.toString('base64')),
      (sealed) => Buffer.from(store.decryptString(sealed), 'base64'),
    ),
  };
}

/** A secret in a plain file: practice office, tests, and machines without a key store. */
export function fileMachineSecret(path: string): MachineSecretProvider {
  return {
    isBound: false,
    ...secretFile(
      path,
      (secret) => secret,
      (stored) => stored,
    ),
  };
}

function secretFile(
  path: string,
  seal: (secret: Buffer) => Buffer,
  open: (stored: Buffer) => Buffer,
): Omit<MachineSecretProvider, 'isBound'> {
  const find = async (): Promise<Uint8Array | null> => {
    const stored = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw new AppError('KEYSLOTS_DAMAGED', {}, 'machine secret unreadable');
    });
    return stored === undefined ? null : opened(stored, open);
  };
  const load = async (): Promise<Uint8Array> => {
    // A lost secret is never replaced in silence: every slot that needs it would close for good.
    const stored = await find();
    if (stored !== null) return stored;
    const secret = randomBytes(SECRET_BYTES);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeAtomically(path, seal(secret));
    return keyBytes(secret);
  };
  return {
    find,
    load,
    loadOrRenew: async () => {
      try {
        return await load();
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'KEYSLOTS_DAMAGED')) throw error;
        await rename(path, `${path}.${Date.now()}.unreadable`);
        return load();
      }
    },
    destroy: () => destroyFile(path),
  };
}

function opened(stored: Buffer, open: (stored: Buffer) => Buffer): Uint8Array {
  let secret: Buffer | undefined;
  try {
    secret = open(stored);
  } catch {
    secret = undefined;
  }
  if (secret?.length !== SECRET_BYTES)
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'machine secret malformed');
  return keyBytes(secret);
}
