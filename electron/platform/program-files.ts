import { createHash, createPublicKey, verify } from 'node:crypto';
import type * as FileSystem from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

/** What is wrong with the program's own files, and with which one. */
export interface ProgramFault {
  /** `unsigned`: the list is absent, altered or by another key; `altered`, `missing`: a file of the list; `foreign`: code that is not in it; `unreadable`: a folder that may hold such code. */
  readonly kind: 'unsigned' | 'altered' | 'missing' | 'foreign' | 'unreadable';
  /** Below the program's folder, with slashes. */
  readonly file: string;
}

const LIST = 'resources/program.json';
const SIGNATURE = 'resources/program.sig';
const MAX_LIST_BYTES = 4 * 1024 * 1024;
/** As long as a name in the list may be. */
const MAX_NAME_LENGTH = 512;
const CHUNK_BYTES = 1024 * 1024;
/** DER before the 32 bytes of an Ed25519 public key (RFC 8410). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** What a program could load; other files of an administrator or an installer may lie beside. */
const CODE = /\.(node|so|dll|dylib|asar|cjs|mjs|js)$/i;

const ListSchema = z.strictObject({
  format: z.literal('fieldcert-program'),
  version: z.literal(1),
  program: z.string().max(64),
  files: z.record(
    z
      .string()
      .max(512)
      .regex(/^(?!\/)(?!.*\.\.)[^\\\0]+$/),
    z.strictObject({
      size: z.number().int().nonnegative(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/**
 * Compares the program's own files with the list that was signed when it was packaged. It finds a bad disk, a broken
 * copy and careless edits; whoever administers the machine can replace the program that asks, so it claims no more.
 * @param folder where the executable lies
 * @param publicKey raw Ed25519 key, 32 bytes
 * @returns the first fault; null where all is as it was packaged. Rejects only where `signal` aborts.
 */
export async function checkProgramFiles(
  folder: string,
  publicKey: Uint8Array,
  signal?: AbortSignal,
): Promise<ProgramFault | null> {
  const fs = rawFiles();
  const list = await signedList(fs, folder, publicKey);
  if (list === null) return { kind: 'unsigned', file: LIST };
  for (const [file, { size, sha256 }] of Object.entries(list.files)) {
    signal?.throwIfAborted();
    const path = join(folder, ...file.split('/'));
    const found = await fs.promises.stat(path).catch(() => null);
    if (found === null) return { kind: 'missing', file };
    if (!found.isFile() || found.size !== size) return { kind: 'altered', file };
    const digest = await digestOf(fs, path, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      return String(error);
    });
    if (digest !== sha256) return { kind: 'altered', file };
  }
  const nameOf = (path: string) => relative(folder, path).split(sep).join('/');
  const unreadable: string[] = [];
  const present = await filesBelow(fs, join(folder, 'resources'), unreadable);
  const foreign = present.map(nameOf).find((file) => CODE.test(file) && !(file in list.files));
  if (foreign !== undefined) return { kind: 'foreign', file: foreign };
  const [shut] = unreadable;
  return shut === undefined
    ? null
    : { kind: 'unreadable', file: nameOf(shut).slice(0, MAX_NAME_LENGTH) };
}

async function signedList(
  fs: typeof FileSystem,
  folder: string,
  publicKey: Uint8Array,
): Promise<z.infer<typeof ListSchema> | null> {
  try {
    const path = join(folder, LIST);
    if ((await fs.promises.stat(path)).size > MAX_LIST_BYTES) return null;
    const bytes = await fs.promises.readFile(path);
    const signature = (await fs.promises.readFile(join(folder, SIGNATURE), 'utf8')).trim();
    const key = createPublicKey({
      key: Buffer.concat([ED25519_SPKI, publicKey]),
      format: 'der',
      type: 'spki',
    });
    if (!verify(null, bytes, key, Buffer.from(signature, 'base64'))) return null;
    return ListSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

async function digestOf(
  fs: typeof FileSystem,
  path: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of fs.createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }))
    digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** Files below a folder; folders that cannot be read go to `unreadable`, so that they are told by name. */
async function filesBelow(
  fs: typeof FileSystem,
  folder: string,
  unreadable: string[],
): Promise<string[]> {
  const entries = await fs.promises.readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) unreadable.push(folder);
  const found = (entries ?? []).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(fs, path, unreadable) : Promise.resolve([path]);
  });
  return (await Promise.all(found)).flat();
}

/** Files as they lie on the disk: Electron's own `fs` shows an archive as a folder. */
function rawFiles(): typeof FileSystem {
  const name = process.versions.electron === undefined ? 'node:fs' : 'original-fs';
  return createRequire(__filename)(name) as typeof FileSystem;
}
