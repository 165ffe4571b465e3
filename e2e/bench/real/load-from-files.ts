import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { forEachBounded } from '../../../electron/main/services/sync/bounded';
import type { PackedColumns } from '../../../electron/store/packed-columns';
import type { SealedColumns } from '../../../electron/store/protocol';
import { ENTITIES, ENTITY_ORDER } from '../../../shared/domain/model';
import { childLink } from '../../integration/child-link';
import type { PlainIngestAnswer, PlainIngestRequest } from '../plain-ingest';
import { appPath } from './app';
import { OpenDesk } from './desk';
import type { BenchOffice } from './office';
import type { SegmentFile } from './segment-file';

const IN_FLIGHT = 4;
/** Opens private parts: by the product's ingest worker, or by the bench's plain one. */
interface Opener {
  open(file: SegmentFile, object: Buffer): Promise<SealedColumns | PackedColumns | null>;
  end(): Promise<void>;
}

async function sealing(desk: OpenDesk): Promise<Opener> {
  const ingest = await desk.startIngest();
  return {
    open: async (file, object) => (await ingest.segment(object, file.rows)).sealed,
    end: () => ingest.end(),
  };
}

function plain({ desk }: OpenDesk, withFragments: boolean): Opener {
  const worker = childLink(appPath('dist/tools/plain-ingest.cjs'));
  const waiting = new Map<number, (sealed: SealedColumns | null) => void>();
  worker.onMessage((message) => {
    const { id, sealed } = message as PlainIngestAnswer;
    waiting.get(id)?.(sealed);
  });
  const regionKey = desk.keys.copy('region');
  const transportPrivate = desk.keys.packedTransport('transportPrivate');
  return {
    open: (_file, object) =>
      new Promise((resolve) => {
        const id = waiting.size;
        waiting.set(id, resolve);
        const request = { id, object, regionKey, transportPrivate, withFragments };
        worker.post(request satisfies PlainIngestRequest);
      }),
    end: async () => worker.kill(),
  };
}

/**
 * The core load of a first sync from objects on the disk: ingest worker, store, indexes, digest; answers
 * the milliseconds until every search works. `off`: values in plain in the
 * same places, no tags; `plain-fragments`: their fragments too, indexed alike. Everything else is the same:
 * the root is proven and the file swapped in.
 */
export async function loadFromFiles(
  { desk, segments, manifest }: BenchOffice,
  boundary: 'on' | 'off' | 'plain-fragments',
): Promise<number> {
  const officeDir = `${desk.paths.officeDir}-load-${randomUUID()}`;
  await mkdir(officeDir);
  const open = await OpenDesk.open({ ...desk, paths: { ...desk.paths, officeDir } }, true);
  const opener =
    boundary === 'on' ? await sealing(open) : plain(open, boundary === 'plain-fragments');
  const start = performance.now();
  try {
    await loadCore(open, opener, { segments, manifest });
    return performance.now() - start;
  } finally {
    await opener.end();
    await open.close();
    await rm(officeDir, { recursive: true, force: true });
  }
}

/** What a load is made of. */
export type LoadFiles = Pick<BenchOffice, 'segments' | 'manifest'>;

async function loadCore(
  { store }: OpenDesk,
  opener: Opener,
  { segments, manifest }: LoadFiles,
): Promise<void> {
  const { region, epoch, base, cursor } = manifest;
  await store.call('loadBegin', { region, epoch, manifestHash: 'bench' });
  for (const entity of ENTITY_ORDER.filter((name) => !ENTITIES[name].isLate)) {
    const own = segments.filter((segment) => segment.entity === entity);
    await forEachBounded(own, IN_FLIGHT, new AbortController().signal, async (file) => {
      const object = readFileSync(file.path);
      const sealed = await opener.open(file, object);
      await store.call('loadSegment', { sha256: file.sha256, object, sealed });
    });
  }
  const { isEqual } = await store.call('loadFinish', {
    checkpoint: base,
    cursor: { region, epoch, rseq: base.rseq, cursor },
    referencePack: null,
    withLate: false,
  });
  if (!isEqual) throw new Error("the load's root is not the server's");
}

/** A whole load in the place of the slice that is in use: what another epoch of the server leads to. */
export async function reloadFromFiles(
  open: OpenDesk,
  files: LoadFiles,
  tell: (step: 'core' | 'late') => void,
): Promise<void> {
  const opener = await sealing(open);
  try {
    tell('core');
    await loadCore(open, opener, files);
  } finally {
    await opener.end();
  }
  tell('late');
  const late = files.segments.filter(({ entity }) => ENTITIES[entity].isLate);
  for (const { path, sha256 } of late)
    await open.store.call('lateSegment', { sha256, object: readFileSync(path) });
  const { isEqual } = await open.store.call('lateFinish', {});
  if (!isEqual) throw new Error("the load's late roots are not the server's");
}
