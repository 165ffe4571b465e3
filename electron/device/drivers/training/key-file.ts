import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argon2id } from 'hash-wasm';
import { z } from 'zod';
import { writeAtomically } from '../../../platform/atomic-write';

/** Tries before the practice key locks; a new one can be made at any time. */
export const MAX_PIN_TRIES = 6;

const FILE_NAME = 'training-key.json';
const MAX_FILE_BYTES = 64 * 1024;
/** The least: a practice key signs nothing that counts, and its six digits are no secret that work could guard. */
const KDF = { memoryKiB: 8_192, iterations: 1 } as const;
const ASSOCIATED = Buffer.from('fieldcert-training-key v1');

const base64 = z.base64().max(16_384);

const keyFileSchema = z.strictObject({
  format: z.literal('fieldcert-training-key'),
  version: z.literal(1),
  serial: z.string().regex(/^[0-9A-F]{16}$/u),
  label: z.string().max(64),
  kdf: z.strictObject({
    name: z.literal('argon2id'),
    memoryKiB: z.int().min(8_192).max(262_144),
    iterations: z.int().min(1).max(16),
    salt: base64,
  }),
  sealedKey: z.strictObject({ iv: base64, ciphertext: base64, tag: base64 }),
  certificate: base64,
  root: base64,
  failedTries: z.int().min(0).max(MAX_PIN_TRIES),
});

/** The practice key at rest: its private key under AES-256-GCM, keyed by Argon2id of the PIN. */
export type TrainingKeyFile = z.infer<typeof keyFileSchema>;

/** The stored key; undefined when there is none or the file is not one (the practice office makes a new one). */
export async function readKeyFile(directory: string): Promise<TrainingKeyFile | undefined> {
  const text = await readFile(join(directory, FILE_NAME), 'utf8').catch(() => undefined);
  if (text === undefined || text.length > MAX_FILE_BYTES) return undefined;
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Replaces the file atomically. Errors: DISK_FULL, DISK_READ_ONLY; anything else as it came. */
export async function writeKeyFile(directory: string, file: TrainingKeyFile): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeAtomically(join(directory, FILE_NAME), JSON.stringify(file));
}

/** Seals a PKCS#8 private key under the PIN. */
export async function sealKey(
  pkcs8: Uint8Array,
  pin: Uint8Array,
): Promise<Pick<TrainingKeyFile, 'kdf' | 'sealedKey'>> {
  const salt = randomBytes(16);
  const key = await deriveKey(pin, salt, KDF.memoryKiB, KDF.iterations);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(ASSOCIATED);
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  key.fill(0);
  return {
    kdf: { name: 'argon2id', ...KDF, salt: salt.toString('base64') },
    sealedKey: {
      iv: iv.toString('base64'),
      ciphertext: ciphertext.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    },
  };
}

/** The PKCS#8 private key; undefined for a wrong PIN. The caller fills it with 0 after use. */
export async function openKey(file: TrainingKeyFile, pin: Uint8Array): Promise<Buffer | undefined> {
  const { salt, memoryKiB, iterations } = file.kdf;
  const key = await deriveKey(pin, Buffer.from(salt, 'base64'), memoryKiB, iterations);
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      key,
      Buffer.from(file.sealedKey.iv, 'base64'),
      {
        authTagLength: 16,
      },
    );
    decipher.setAAD(ASSOCIATED);
    decipher.setAuthTag(Buffer.from(file.sealedKey.tag, 'base64'));
    const plain = [
      decipher.update(Buffer.from(file.sealedKey.ciphertext, 'base64')),
      decipher.final(),
    ];
    return Buffer.concat(plain);
  } catch {
    return undefined;
  } finally {
    key.fill(0);
  }
}

function deriveKey(
  pin: Uint8Array,
  salt: Uint8Array,
  memoryKiB: number,
  iterations: number,
): Promise<Uint8Array> {
  return argon2id({
    password: pin,
    salt,
    memorySize: memoryKiB,
    iterations,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  });
}
