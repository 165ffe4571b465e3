import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackupOrder, RestoreOrder } from '../backup/calls';
import { setName } from '../backup/place';
import type { StoreClient } from '../launcher';
import { MASTER } from './fixture';

/** An office's small files, a place for backups, and orders as main gives them. */

export const OFFICE = { code: '330600', name: '测试应急管理局' };
const DEVICE = 'd1';
export const SET = setName(OFFICE.code, DEVICE);
/** Names a person: must not be read on a stick. */
export const OFFICE_TEXT = '{"office":"测试应急管理局","people":["许知衡"]}';

export function newPlace(): string {
  return mkdtempSync(join(tmpdir(), 'place-'));
}

/** What lies in an office's folder beside the databases, some of which must never leave it. */
export function plantFiles(officeDir: string): void {
  const files = {
    'keyslots.json': '{"format":"fieldcert-keyslots"}',
    'seal-counter.json': '{"format":"fieldcert-seal-counter","version":1,"next":"77"}',
    'office.json': OFFICE_TEXT,
    'grant-1.db': 'a grant',
    'machine-secret': 'a machine secret',
    'control-key': 'a control key',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(officeDir, name), text);
}

export function orderOf(
  place: string,
  officeDir: string,
  kind: BackupOrder['kind'],
  change: Partial<BackupOrder> = {},
): BackupOrder {
  return {
    place,
    placeId: null,
    officeDir,
    office: OFFICE,
    deviceId: DEVICE,
    kind,
    program: 'fieldcert-desk 0.0.0',
    nowMs: 1_795_000_000_000,
    chunkBytes: 64 * 4096,
    ...change,
  };
}

export const restoreKeys = () => ({
  journal: Uint8Array.from(MASTER.journal),
  slice: Uint8Array.from(MASTER.slice),
});

export function restoreOf(
  place: string,
  generation: number,
  targetDir: string,
  keepJournalOf: string | null = null,
): RestoreOrder {
  return {
    place,
    set: SET,
    generation,
    targetDir,
    keepJournalOf,
    keys: restoreKeys(),
    actor: { userId: 'u1', by: 'password' },
    deviceId: DEVICE,
    nowMs: 1_795_000_100_000,
  };
}

/** Opens a generation in a folder of its own and says what it proved. */
export function verify(store: StoreClient, place: string, generation: number) {
  const workDir = join(place, '..', `work-${process.pid}-${Math.floor(performance.now())}`);
  return store.call('backupVerify', { place, set: SET, generation, workDir, drill: null });
}

export const generationDir = (place: string, generation: number) =>
  join(place, 'FieldCert-Backup', SET, `G${String(generation).padStart(6, '0')}`);

/** Folders of the set, finished or not. */
export function foldersOf(place: string): string[] {
  const dir = join(place, 'FieldCert-Backup', SET);
  return existsSync(dir) ? readdirSync(dir).sort() : [];
}

/** A copy of a place that a test may damage. */
export function copyOf(place: string): string {
  const copy = newPlace();
  cpSync(place, copy, { recursive: true });
  return copy;
}

export function editManifest(
  place: string,
  generation: number,
  edit: (text: string) => string,
): void {
  const path = join(generationDir(place, generation), 'manifest.json');
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}

/** A Node in a name space of its own, in which `dir` is a small disk. Needs user name spaces, as Chromium's sandbox does. */
export function nodeWithSmallDisk(dir: string, kilobytes: number): string {
  const path = join(newPlace(), 'node');
  const inner = `mount -t tmpfs -o size=${kilobytes}k tmpfs '${dir}' && exec '${process.execPath}' "$@"`;
  writeFileSync(
    path,
    `#!/bin/sh\nexec unshare -Urm sh -c '${inner.replaceAll("'", "'\\''")}' sh "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}
