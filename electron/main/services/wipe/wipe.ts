import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ControlReceipt } from '../../../../shared/protocol/control';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import { syncFolder } from '../../../platform/atomic-write';
import { destroyFile } from '../../../platform/destroy-file';
import type { DataPaths } from '../../../platform/paths';
import { postReceipts } from '../control/ask-control';
import type { ControlKey } from '../control/control-key';
import type { NowMs, ServiceLog } from '../ports';
import type { LineSetup } from '../sync/line';
import type { OfficeFile } from '../unlock/office-file';
import { type WipeRecord, writeWipeRecord } from './wipe-record';

const POST_MS = 8_000;

export interface WipeParts {
  readonly paths: DataPaths;
  readonly machine: MachineSecretProvider;
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
  /** Ways and limits of the line that the receipt goes by. */
  readonly line?: LineSetup;
  /** Ends the session: keys zeroed, store, device and jobs ended. */
  endSession(): Promise<void>;
  /** Log files, and what the pages' engine keeps. */
  eraseTraces(): Promise<void>;
}

/** What the receipt is signed and posted with, as long as there is one. */
export interface WipeWitness {
  readonly key: ControlKey | null;
  readonly office: OfficeFile | null;
}

/** A step of the wipe; false when it failed, which is in the log. The steps after it are taken all the same. */
type Attempt = (step: string, act: () => Promise<unknown>) => Promise<boolean>;

/**
 * Destroys the office: keys first, then files. Every step can be repeated; `record` is on the disk before
 * the first, so whoever is killed on the way is taken up again at the next start, and nobody finds a usable
 * half. A disk that refuses one step stops no other: overwriting needs no room, and the session ends whatever
 * fails. The sealed outbox stays where it is, with the receipt as its last line. Answers the record, finished
 * (`isDone`) or to be gone on with; never rejects. The control key is zeroed once it is finished.
 */
export async function performWipe(
  record: WipeRecord,
  parts: WipeParts,
  witness: WipeWitness,
): Promise<WipeRecord> {
  const once = await wipeOnce(record, parts, witness);
  // What found no room on a full disk has it now that the files are gone.
  const ended = once.isDone ? once : await wipeOnce(once, parts, witness);
  if (ended.isDone) witness.key?.zero();
  return ended;
}

async function wipeOnce(
  record: WipeRecord,
  parts: WipeParts,
  { key, office }: WipeWitness,
): Promise<WipeRecord> {
  const { paths, log } = parts;
  let now = record;
  let isWhole = true;
  const attempt: Attempt = async (step, act) => {
    try {
      await act();
      return true;
    } catch (error) {
      log.error('step of the wipe failed', { step, detail: String(error) });
      return false;
    }
  };
  const must: Attempt = async (step, act) => {
    const isOk = await attempt(step, act);
    isWhole &&= isOk;
    return isOk;
  };
  // The record is written again at the end; without room for it the keys go all the same.
  await attempt('record', () => writeWipeRecord(paths.root, now));
  await destroyKeys(parts, attempt);
  await attempt('session', () => parts.endSession());
  // What was writing while the session ended may have put a key file back.
  const areKeysGone = await destroyKeys(parts, must);
  if (now.receipt === null && key !== null && areKeysGone) {
    const receipt = signedReceipt(now, key, parts.nowMs());
    now = { ...now, receipt };
    await attempt('record', () => writeWipeRecord(paths.root, now));
  }
  const { receipt } = now;
  if (receipt !== null) await must('receipt', () => addReceipt(paths.outboxMirror, receipt));
  const posted = now.isDelivered ? Promise.resolve(true) : post(now, key, office, parts);
  await must('files', () => removeFiles(paths, must));
  await must('traces', () => parts.eraseTraces());
  now = { ...now, isDelivered: await posted };
  if (!isWhole) return now;
  const done = { ...now, isDone: true, doneMs: parts.nowMs() };
  const isKept = await attempt('record', () => writeWipeRecord(paths.root, done));
  return isKept ? done : now;
}

/**
 * Slots, machine secret, counter of seals, control key: in this order, each overwritten and gone from the disk. One
 * that cannot be destroyed keeps none of the others; false then.
 */
async function destroyKeys({ paths, machine }: WipeParts, attempt: Attempt): Promise<boolean> {
  const slots = [paths.keyslots, ...(await otherKeyslots(paths))];
  const rest = [paths.sealCounter, paths.controlKey, paths.controlState];
  const files = (all: readonly string[]) =>
    all.map((path) => [basename(path), () => destroyFile(path)] as const);
  let areGone = true;
  for (const [step, act] of [
    ...files(slots),
    ['machine-secret', () => machine.destroy()] as const,
    ...files(rest),
  ])
    if (!(await attempt(step, act))) areGone = false;
  return areGone;
}

/** Folders beside the office that a restore or a backup left: former offices, half ones, copies of keyslots. */
async function foldersBeside({ root }: DataPaths): Promise<string[]> {
  const names = await readdir(root).catch(() => [] as string[]);
  return names
    .filter((name) => /^(office|practice)\.|^restore-keyslots$/.test(name))
    .map((name) => join(root, name));
}

async function otherKeyslots(paths: DataPaths): Promise<string[]> {
  const found: string[] = [];
  for (const folder of await foldersBeside(paths)) {
    const names = await readdir(folder).catch(() => [] as string[]);
    const isCopies = basename(folder) === 'restore-keyslots';
    for (const name of names)
      if (isCopies || name.startsWith('keyslots')) found.push(join(folder, name));
  }
  return found;
}

function signedReceipt(record: WipeRecord, key: ControlKey, atMs: number): ControlReceipt {
  return key.sign({
    type: 'control-receipt',
    device: record.deviceId,
    directive: record.by.directive?.id ?? null,
    outcome: 'wiped',
    atMs,
  });
}

/** The receipt as the outbox's last line, once; whoever hands the file in hands the receipt in. */
async function addReceipt(path: string, receipt: ControlReceipt): Promise<void> {
  const line = JSON.stringify({ receipt });
  const file = await open(path, 'a+', 0o600);
  try {
    const text = await file.readFile('utf8');
    if (text.split('\n').includes(line)) return;
    const start = text === '' || text.endsWith('\n') ? '' : '\n';
    await file.write(`${start}${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

async function post(
  { receipt }: WipeRecord,
  key: ControlKey | null,
  office: OfficeFile | null,
  { log, line: setup }: WipeParts,
): Promise<boolean> {
  const line = office === null ? null : (key?.line(office, setup) ?? null);
  if (line === null || receipt === null) return false;
  const timer = setTimeout(() => line.close(), POST_MS);
  timer.unref();
  try {
    return await postReceipts(line, [receipt], AbortSignal.timeout(POST_MS));
  } catch (error) {
    log.warn('receipt of the wipe not delivered', { detail: String(error) });
    return false;
  } finally {
    clearTimeout(timer);
    line.close();
  }
}

/** Everything below the office's folder and beside it, the practice office's too (its slots hung on the same secret). */
async function removeFiles(paths: DataPaths, attempt: Attempt): Promise<void> {
  const { root, officeDir } = paths;
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 } as const;
  const remove = (path: string) => attempt(basename(path), () => rm(path, options));
  const beside = await foldersBeside(paths);
  for (const folder of [officeDir, join(root, 'practice'), join(root, 'tmp'), ...beside])
    await remove(folder);
  for (const name of await readdir(root).catch(() => [] as string[]))
    if (/^(machine-secret|keyslots).*\.tmp$/.test(name)) await remove(join(root, name));
  await syncFolder(root);
}
