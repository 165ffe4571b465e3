import { createHash, webcrypto } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BoxSubtle, boxContext, sealBox } from '../../../../shared/protocol/sealed-box';
import { sealGcm } from '../../../crypto/aead';
import { hkdf } from '../../../crypto/hkdf';
import { keyBytes, randomKey } from '../../../crypto/key-bytes';
import type { KeyRing } from '../../../crypto/key-ring';
import { diskError } from '../../../platform/atomic-write';
import type { StoreCalls } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import { outboxBoxKey } from '../outbox/box-key';
import type { OpenSession } from '../unlock/session';
import { withKeysOf } from './file-keys';

export interface EvidenceInput {
  /** Chosen by the person; a folder of its own is made in it. */
  readonly folder: string;
  /** Null where the file that says it cannot be read. */
  readonly deviceId: string | null;
  readonly atMs: number;
  /** Files that are copied as they are; missing ones are left out. */
  readonly files: readonly string[];
  /** Into evidence.json; holds nothing personal. */
  readonly report: Readonly<Record<string, unknown>>;
  /** Adds what can be read of the journal. */
  readonly salvage: ((folder: string) => Promise<unknown>) | null;
}

/** Writes the evidence; answers the folder's name. Fails with DISK_FULL or DISK_READ_ONLY. */
export async function writeEvidence(input: EvidenceInput): Promise<string> {
  const { deviceId, atMs } = input;
  const stamp = new Date(atMs).toISOString().slice(0, 19).replace(/[:T]/g, '-');
  const wanted = ['FieldCert-evidence', ...(deviceId === null ? [] : [deviceId]), stamp].join('-');
  try {
    const name = await newFolder(input.folder, wanted);
    const folder = join(input.folder, name);
    const files = [];
    for (const path of input.files.filter((one) => existsSync(one))) {
      const copy = join(folder, basename(path));
      await copyFile(path, copy);
      const { size } = await stat(copy);
      files.push({ name: basename(path), bytes: size, sha256: await hashOf(copy) });
    }
    await input.salvage?.(folder);
    const report = { format: 'fieldcert-evidence', version: 1, deviceId, atMs, ...input.report };
    await writeFile(join(folder, 'evidence.json'), JSON.stringify({ ...report, files }, null, 2));
    return name;
  } catch (error) {
    throw diskError(error, 0);
  }
}

/**
 * What can be read of the journal, as an encrypted file of the journal's own form under a key of its own; the key is
 * sealed to the server, and for the office itself: under a key of the slice's where the session holds it, because what
 * administrators may not read lies open in that file then; otherwise under the journal's. Answers what was read.
 */
export function salvageInto(
  store: StoreCaller,
  officeDir: string,
  { keys, office }: OpenSession,
): (folder: string) => Promise<StoreCalls['salvage'][1]> {
  return async (folder) => {
    const fileKey = randomKey();
    // During a rotation the next one: it is the one that stays.
    const officeKey = officeKeyOf(keys);
    try {
      const context = boxContext.salvage(office.deviceId);
      const subtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;
      const forServer = await sealBox(subtle, outboxBoxKey(office), fileKey, context);
      const forOffice = sealGcm(officeKey, fileKey, context);
      const path = join(folder, 'salvage.db');
      const newKey = keyBytes(fileKey);
      const sliceKeys = (['slice', 'sliceNext'] as const)
        .filter((name) => keys.has(name))
        .map((name) => keys.copy(name));
      const report = await withKeysOf(keys, 'journal', (either) =>
        store.call('salvage', { officeDir, ...either, newKey, path, sliceKeys }),
      ).finally(() => {
        for (const key of [newKey, ...sliceKeys]) key.fill(0);
      });
      const { rows, damagedPages } = report;
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
      const text = { forServer: base64(forServer), forOffice: base64(forOffice) };
      await writeFile(
        join(folder, 'salvage.json'),
        JSON.stringify(
          { format: 'fieldcert-salvage', version: 1, context, ...text, rows, damagedPages },
          null,
          2,
        ),
      );
      return report;
    } finally {
      fileKey.fill(0);
      officeKey.fill(0);
    }
  };
}

/** Under which the office itself keeps the key of a salvage. */
function officeKeyOf(keys: KeyRing): Uint8Array {
  if (!keys.has('slice')) return keys.copy(keys.has('journalNext') ? 'journalNext' : 'journal');
  const slice = keys.copy(keys.has('sliceNext') ? 'sliceNext' : 'slice');
  try {
    return hkdf(slice, 'fieldcert salvage of the office v1', 32);
  } finally {
    slice.fill(0);
  }
}

/** Makes a folder that was not there; two exports within a second have one each. Answers its name. */
async function newFolder(parent: string, wanted: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    try {
      await mkdir(join(parent, name));
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}
