import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL_FILE } from '../journal/journal';
import { PAGE_BYTES } from '../pages/page-mac';
import { SharedFile } from '../pages/shared-file';
import { SLICE_FILE } from '../slice/slice-writer';
import { assemble, type Layer } from './assemble';
import type { CopyReport, GenerationRef } from './calls';
import type { FoundGeneration } from './place';
import { proveJournal, proveSlice } from './prove-copy';
import { readChain } from './read-chain';
import { type BackupKeys, stepper, type Watch } from './write-generation';

function storedBytes(chain: readonly FoundGeneration[]): number {
  return chain.reduce((sum, { file }) => sum + (file.manifest.slice?.stored ?? 0) * PAGE_BYTES, 0);
}

/**
 * Puts a generation's databases together in an empty folder and proves them: HMACs of all pages, schema, audit
 * chain, digest. `withJournal` false leaves the journal to the caller.
 */
export async function fillDatabases(
  ref: GenerationRef,
  folder: string,
  keys: BackupKeys,
  withJournal: boolean,
  watch: Watch,
): Promise<{ readonly report: CopyReport; readonly newest: FoundGeneration }> {
  const startMs = performance.now();
  const chain = readChain(ref.place, ref.set, ref.generation, keys.journal);
  const newest = chain.at(-1) as FoundGeneration;
  const { manifest } = newest.file;
  const layers = chain.flatMap(({ folder: from, file }): Layer[] =>
    file.manifest.slice === null ? [] : [{ folder: from, part: file.manifest.slice }],
  );
  let pages = 0;
  let rows = 0;
  if (manifest.slice !== null) {
    const steps = stepper(watch, 'assembling', storedBytes(chain));
    pages += await assemble(layers, join(folder, SLICE_FILE), keys.slice, steps);
  }
  let auditEntries = manifest.facts.auditEntries;
  if (withJournal) {
    const part = manifest.journal;
    const steps = stepper(watch, 'journal', part.stored * PAGE_BYTES);
    const path = join(folder, JOURNAL_FILE);
    pages += await assemble([{ folder: newest.folder, part }], path, keys.journal, steps);
    auditEntries = proveJournal(path, keys.journal, manifest.facts);
  }
  const isSliceProven = manifest.slice !== null && keys.slice !== null;
  if (isSliceProven && keys.slice !== null) {
    const tell = (done: number) => {
      if (!watch.isCancelled()) watch.tell({ phase: 'proving', doneBytes: done, totalBytes: 0 });
    };
    rows = await proveSlice(join(folder, SLICE_FILE), keys.slice, manifest.facts, tell);
  }
  const report = {
    generation: ref.generation,
    createdMs: manifest.createdMs,
    chain: chain.length,
    pages,
    bytes: pages * PAGE_BYTES,
    auditEntries,
    rows,
    isSliceProven,
    tookMs: Math.round(performance.now() - startMs),
  };
  return { report, newest };
}

/** Works in a folder of its own that is empty before and gone afterwards: it only ever holds ciphertext. */
export async function inFolder<T>(workDir: string, act: () => Promise<T>): Promise<T> {
  rmSync(workDir, { recursive: true, force: true });
  mkdirSync(workDir, { recursive: true, mode: 0o700 });
  try {
    return await act();
  } finally {
    rmSync(workDir, { recursive: true, force: true });
    SharedFile.releaseRemoved();
  }
}
