import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ENTITY_ORDER } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import type { ReadableDb } from '../database';
import { headOf } from '../journal/audit';
import { JOURNAL_FILE } from '../journal/journal';
import { PAGE_BYTES } from '../pages/page-mac';
import { storedTree } from '../slice/digest';
import { SLICE_FILE } from '../slice/slice-writer';
import { provableEntities, readCounts } from '../slice/state';
import { hexOf } from '../sql/values';
import type { BackupOrder, BackupOutcome, BackupProgress } from './calls';
import { CHUNK_BYTES, readChunk, readWholeChunk } from './chunk-files';
import { copyPages } from './copy-pages';
import { copyEvidence } from './evidence-files';
import { type FrozenFile, freeze } from './freeze';
import {
  type Chunk,
  EVIDENCE_BACKUP_VERSION,
  type GenerationManifest,
  MANIFEST_FILE,
  type Part,
  PLAIN_BACKUP_VERSION,
  parseManifest,
  serializeManifest,
  sha256Hex,
} from './manifest';
import { OFFICE_FILE, SEALED_OFFICE, sealOffice } from './office-seal';
import {
  beginGeneration,
  type FoundGeneration,
  isPlaceThere,
  placeError,
  readSet,
  rootOf,
  setName,
} from './place';
import { readChain } from './read-chain';

/** Copied whole. Nothing else of the office's folder ever goes into a backup: no grant, no machine secret, no control key. */
const PLAIN_COPIES = ['keyslots.json', 'seal-counter.json'] as const;

export interface BackupKeys {
  readonly journal: Uint8Array;
  readonly slice: Uint8Array | null;
}

/** Progress and cancel of one run. */
export interface Watch {
  isCancelled(): boolean;
  tell(progress: BackupProgress): void;
}

/** Gives way to other calls after every step and stops where the person wants it. */
export function stepper(watch: Watch, phase: BackupProgress['phase'], totalBytes: number) {
  let doneBytes = 0;
  return {
    step: async (bytes: number): Promise<void> => {
      doneBytes += bytes;
      watch.tell({ phase, doneBytes: Math.min(doneBytes, totalBytes), totalBytes });
      await new Promise((resolve) => setImmediate(resolve));
      if (watch.isCancelled()) throw new AppError('CANCELLED');
    },
  };
}

function writeFile(folder: string, name: string, bytes: Uint8Array | string): Chunk {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  try {
    const fd = openSync(join(folder, name), 'wx', 0o600);
    try {
      for (let done = 0; done < content.length; )
        done += writeSync(fd, content, done, content.length - done);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw placeError(cause, content.length);
  }
  return { name, bytes: content.length, sha256: sha256Hex(content) };
}

/** Windows cannot open folders; there the rename itself is journalled. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } catch {
    // FAT and network folders may refuse it; their files were synced one by one.
  } finally {
    closeSync(fd);
  }
}

/** Everything of the slice that a later generation needs of this one is there, at its length. */
function hasSliceFiles({ folder, file }: FoundGeneration): boolean {
  const { slice } = file.manifest;
  if (slice === null) return false;
  const files = [...slice.chunks, slice.macs, ...(slice.list === null ? [] : [slice.list])];
  return files.every(
    ({ name, bytes }) => statSync(join(folder, name), { throwIfNoEntry: false })?.size === bytes,
  );
}

/**
 * The newest generation, where this one can build on it: it and all that it builds on itself are there, made under the
 * same key, with a slice. A stick loses folders and files; nothing may build on a chain that no restore would take.
 */
function usableParent(place: string, set: string, journalKey: Uint8Array): FoundGeneration | null {
  const newest = readSet(rootOf(place), set).at(-1);
  if (newest === undefined) return null;
  try {
    return readChain(place, set, newest.number, journalKey).every(hasSliceFiles)
      ? (newest as FoundGeneration)
      : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function sliceFacts(db: ReadableDb): Pick<GenerationManifest['facts'], 'rows' | 'roots'> {
  const provable = new Set(provableEntities(db));
  const roots = ENTITY_ORDER.filter((entity) => provable.has(entity)).map((entity) => [
    entity,
    hexOf(storedTree(db, entity).root()),
  ]);
  return { rows: readCounts(db).certificate ?? 0, roots: Object.fromEntries(roots) };
}

/** A slice that nobody has open, and whose log is gone, can be copied without its key, unverified. */
function closedSlice(officeDir: string): { readonly path: string; readonly pages: number } | null {
  const path = join(officeDir, SLICE_FILE);
  const log = `${path}-wal`;
  if (!existsSync(path) || (existsSync(log) && statSync(log).size > 0)) return null;
  const { size } = statSync(path);
  return size === 0 || size % PAGE_BYTES !== 0 ? null : { path, pages: size / PAGE_BYTES };
}

/**
 * Writes one generation: slice and journal as of one moment each (the slice's first, so that the journal is never
 * behind it), small files, and last the manifest; then reads everything back, and only then counts it. Any failure leaves the former generations as they were.
 */
export async function writeGeneration(
  order: BackupOrder,
  keys: BackupKeys,
  watch: Watch,
): Promise<BackupOutcome> {
  const startMs = performance.now();
  const { place, placeId, officeDir, chunkBytes = CHUNK_BYTES } = order;
  if (!isPlaceThere(place, placeId)) throw new AppError('BACKUP_PLACE_MISSING');
  const set = setName(order.office.code, order.deviceId);
  const isCancelled = () => watch.isCancelled();
  const frozen: FrozenFile[] = [];
  const begun = attempt(() => beginGeneration(place, set));
  const { part: folder } = begun;
  try {
    const parent =
      order.kind === 'full' ? null : attempt(() => usableParent(place, set, keys.journal));
    let slice: Part | null = null;
    let facts: Pick<GenerationManifest['facts'], 'rows' | 'roots'> = { rows: 0, roots: {} };
    const parentMacs = parent?.file.manifest.slice
      ? readWholeChunk(parent.folder, parent.file.manifest.slice.macs)
      : null;
    const hasSlice = existsSync(join(officeDir, SLICE_FILE));
    const target = { folder, stem: 'slice', chunkBytes };
    if (keys.slice !== null && hasSlice) {
      const file = await freeze(join(officeDir, SLICE_FILE), keys.slice, isCancelled);
      frozen.push(file);
      const steps = stepper(watch, 'slice', file.pages * PAGE_BYTES);
      const source = { path: file.path, pages: file.pages, key: keys.slice };
      slice = {
        schema: file.db.version(),
        ...(await copyPages(source, parentMacs, target, steps)),
      };
      facts = sliceFacts(file.db);
    } else if (keys.slice === null && hasSlice) {
      const file = closedSlice(officeDir);
      if (file !== null) {
        const steps = stepper(watch, 'slice', file.pages * PAGE_BYTES);
        slice = {
          schema: null,
          ...(await copyPages({ ...file, key: null }, parentMacs, target, steps)),
        };
      }
    }
    const journalFile = await freeze(join(officeDir, JOURNAL_FILE), keys.journal, isCancelled);
    frozen.push(journalFile);
    const journal = {
      schema: journalFile.db.version(),
      ...(await copyPages(
        { path: journalFile.path, pages: journalFile.pages, key: keys.journal },
        null,
        { folder, stem: 'journal', chunkBytes },
        stepper(watch, 'journal', journalFile.pages * PAGE_BYTES),
      )),
    };
    const head = headOf(journalFile.db);
    for (const file of frozen.splice(0)) file.release();
    // After the journal: evidence is on the disk before the command that names it.
    const evidence = attempt(() => copyEvidence(order.evidenceDir, folder, chunkBytes));
    const isFull = slice === null || parent === null;
    const manifest: GenerationManifest = {
      format: 'fieldcert-backup',
      version: evidence === null ? PLAIN_BACKUP_VERSION : EVIDENCE_BACKUP_VERSION,
      office: order.office,
      deviceId: order.deviceId,
      generation: begun.number,
      kind: isFull ? 'full' : 'incremental',
      parent:
        isFull || parent === null ? null : { generation: parent.number, sha256: parent.sha256 },
      createdMs: order.nowMs,
      program: order.program,
      journal,
      slice,
      copies: smallFiles(officeDir, folder, keys.journal),
      ...(evidence === null ? {} : { evidence }),
      facts: { auditEntries: head.seq, auditHead: head.hash, ...facts },
    };
    const bytes = await readBack(folder, manifest, watch);
    writeFile(folder, MANIFEST_FILE, serializeManifest(manifest, keys.journal));
    attempt(() => {
      parseManifest(readFileSync(join(folder, MANIFEST_FILE)));
      syncFolder(folder);
      renameSync(folder, begun.folder);
      syncFolder(join(rootOf(place), set));
    });
    return {
      generation: begun.number,
      kind: manifest.kind,
      bytes,
      pages: slice?.pages ?? 0,
      stored: slice?.stored ?? 0,
      isChecked: slice?.isChecked ?? !hasSlice,
      tookMs: Math.round(performance.now() - startMs),
    };
  } catch (cause) {
    for (const file of frozen) file.release();
    removeQuietly(folder);
    throw cause;
  }
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw placeError(cause);
  }
}

/** What cannot be removed now (a stick that was pulled out) goes at the next run; it never counts. */
function removeQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Left as .part.
  }
}

function smallFiles(officeDir: string, folder: string, journalKey: Uint8Array): Chunk[] {
  const chunks = PLAIN_COPIES.filter((name) => existsSync(join(officeDir, name))).map((name) =>
    writeFile(folder, name, readFileSync(join(officeDir, name))),
  );
  const office = join(officeDir, OFFICE_FILE);
  if (!existsSync(office)) return chunks;
  const sealed = sealOffice(readFileSync(office), journalKey);
  return [...chunks, writeFile(folder, SEALED_OFFICE, sealed)];
}

/** Reads every file of the new generation from the place again. */
async function readBack(
  folder: string,
  manifest: GenerationManifest,
  watch: Watch,
): Promise<number> {
  const { journal, slice, copies, evidence } = manifest;
  const parts = [journal, ...(slice === null ? [] : [slice])];
  const chunks = [
    ...parts.flatMap((part) => [
      ...part.chunks,
      part.macs,
      ...(part.list === null ? [] : [part.list]),
    ]),
    ...copies,
    ...(evidence?.chunks ?? []),
  ];
  const total = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const steps = stepper(watch, 'checking', total);
  for (const chunk of chunks)
    for (const piece of readChunk(folder, chunk)) await steps.step(piece.length);
  return total;
}
