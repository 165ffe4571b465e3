import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { forEachBounded } from '../../../electron/main/services/sync/bounded';
import type { Ingest } from '../../../electron/main/workers/ingest-client';
import type { SealedColumns } from '../../../electron/store/protocol';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { OpenDesk } from './desk';
import type { BenchOffice } from './office';
import type { SegmentFile } from './segment-file';

const IN_FLIGHT = 4;
const ENTITIES_WITH_PRIVATE_PART = new Set(['person', 'certificate']);

/** Columns of rows of which nothing is sealed. */
function nothingSealed(rows: number): SealedColumns {
  const none = () => new Float64Array(rows);
  return {
    blobs: new Uint8Array(0),
    offsets: new Uint32Array(rows + 1),
    keyedTags: new Uint8Array(16 * rows),
    maskedId: Array<string>(rows).fill(''),
    maskedPhone: Array<null>(rows).fill(null),
    tagWhole: none(),
    tagRegion6: none(),
    tagBirth8: none(),
    tagLast4: none(),
    tagLast6: none(),
    tagPhone: none(),
    tagPhoneLast4: none(),
  };
}

async function sealedOf(file: SegmentFile, object: Buffer, ingest: Ingest | null) {
  if (ingest !== null) return (await ingest.segment(object, file.rows)).sealed;
  const hasPrivate = object.toString('utf8', 8, 8 + object.readUInt32BE(4)).includes('"private"');
  if (!hasPrivate || !ENTITIES_WITH_PRIVATE_PART.has(file.entity)) return null;
  return nothingSealed(file.rows);
}

/**
 * The core load of a first sync from objects on the disk: ingest worker, store, indexes, digest; answers
 * the milliseconds until exact search works. Without sealing the digest is computed all the same but
 * cannot be equal, so the time ends there and nothing is swapped in.
 */
export async function loadFromFiles(
  { desk, segments, manifest }: BenchOffice,
  { isSealing }: { readonly isSealing: boolean },
): Promise<number> {
  const officeDir = `${desk.paths.officeDir}-load-${randomUUID()}`;
  await mkdir(officeDir);
  const open = await OpenDesk.open({ ...desk, paths: { ...desk.paths, officeDir } }, true);
  const ingest = isSealing ? await open.startIngest() : null;
  const { region, epoch, base, cursor } = manifest;
  const start = performance.now();
  let swappedMs: number | null = null;
  open.store.onEvent(({ event }) => {
    if (event === 'slice-swapped') swappedMs = performance.now() - start;
  });
  try {
    await open.store.call('loadBegin', { region, epoch, manifestHash: 'bench' });
    for (const entity of ENTITY_ORDER.filter((name) => !ENTITIES[name].isLate)) {
      const own = segments.filter((segment) => segment.entity === entity);
      await forEachBounded(own, IN_FLIGHT, new AbortController().signal, async (file) => {
        const object = readFileSync(file.path);
        const sealed = await sealedOf(file, object, ingest);
        await open.store.call('loadSegment', { sha256: file.sha256, object, sealed });
      });
    }
    const { isEqual } = await open.store.call('loadFinish', {
      checkpoint: base,
      cursor: { region, epoch, rseq: base.rseq, cursor },
      referencePack: null,
      withLate: false,
    });
    if (isEqual !== isSealing) throw new Error(`the load's root is ${isEqual ? '' : 'not '}equal`);
    return swappedMs ?? performance.now() - start;
  } finally {
    await ingest?.end();
    await open.close();
    await rm(officeDir, { recursive: true, force: true });
  }
}
