import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { releaseCrypto } from '../../electron/crypto/release-signature';
import type { Result } from '../../shared/kernel/result';
import { blockMapName } from '../../shared/protocol/release-blocks';
import type { ReleaseTargets } from '../../shared/protocol/release-metadata';
import {
  firstTrust,
  nextTrust,
  openNewest,
  openSnapshot,
  openTargets,
  type ReleaseFault,
  type ReleaseTrust,
  rootFault,
} from '../../shared/protocol/release-trust';

/** Gives the text of a metadata file by its name, undefined where there is none. */
export type ReadMetadata = (name: string) => string | undefined;

export const readFrom =
  (...folders: readonly string[]): ReadMetadata =>
  (name) => {
    const path = folders.map((folder) => join(folder, name)).find((one) => existsSync(one));
    return path === undefined ? undefined : readFileSync(path, 'utf8');
  };

/** Follows all roots from the first. Throws with the file's name where one does not hold. */
export function rootTrust(read: ReadMetadata): ReleaseTrust {
  let trust = must('1.root.json', firstTrust(needed(read, '1.root.json'), releaseCrypto));
  for (;;) {
    const name = `${trust.root.version + 1}.root.json`;
    const text = read(name);
    if (text === undefined) return trust;
    trust = must(name, nextTrust(trust, text, releaseCrypto));
  }
}

/** Reads a folder the way a client does that sees it for the first time. Throws with the file's name where something does not hold. */
export function checkMetadata(
  read: ReadMetadata,
  medium: 'timestamp' | 'stick',
  nowMs: number,
): { readonly trust: ReleaseTrust; readonly targets: ReleaseTargets } {
  const roots = rootTrust(read);
  const expired = rootFault(roots, nowMs);
  if (expired !== undefined) throw new Error(`root ${roots.root.version}: ${expired}`);
  const name = `${medium}.json`;
  const newest = must(name, openNewest(roots, medium, needed(read, name), nowMs, releaseCrypto));
  const ofSnapshot = `${newest.snapshot.version}.snapshot.json`;
  const snapshot = must(
    ofSnapshot,
    openSnapshot(newest.trust, newest.snapshot, needed(read, ofSnapshot), nowMs, releaseCrypto),
  );
  const ofTargets = `${snapshot.targets.version}.targets.json`;
  return must(
    ofTargets,
    openTargets(snapshot.trust, snapshot.targets, needed(read, ofTargets), nowMs, releaseCrypto),
  );
}

/** What is said of a file that is published: of a release's own, and of the map of its blocks. */
export interface ToldFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The files of all releases of a list, and their maps of blocks. */
export function filesOf(targets: ReleaseTargets): readonly ToldFile[] {
  const files = targets.releases.flatMap((release) => release.files);
  const maps = files.flatMap(({ name, blocks }) =>
    blocks === undefined ? [] : [{ name: blockMapName(name), ...blocks }],
  );
  return [...files, ...maps];
}

/** What differs at a file from what is said of it; undefined where it is that file. */
export async function fileFault(
  path: string,
  { bytes, sha256 }: ToldFile,
): Promise<'not there' | 'other length' | 'other hash' | undefined> {
  if (!existsSync(path)) return 'not there';
  if (statSync(path).size !== bytes) return 'other length';
  return (await hashFile(path)) === sha256 ? undefined : 'other hash';
}

/** Checks every file of a list in a folder; answers how many files of releases. Throws with the name of the first that differs or is missing. */
export async function checkFiles(folder: string, targets: ReleaseTargets): Promise<number> {
  for (const file of filesOf(targets)) {
    const fault = await fileFault(join(folder, 'files', file.name), file);
    if (fault !== undefined) throw new Error(`${file.name}: ${fault}`);
  }
  return targets.releases.flatMap((release) => release.files).length;
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** A reader of the folder meets the old file or the new. */
export function place(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function needed(read: ReadMetadata, name: string): string {
  const text = read(name);
  if (text === undefined) throw new Error(`${name}: not there`);
  return text;
}

function must<T>(name: string, result: Result<T, ReleaseFault>): T {
  if (!result.ok) throw new Error(`${name}: ${result.error}`);
  return result.value;
}
