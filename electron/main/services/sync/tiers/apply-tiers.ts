import { AppError } from '../../../../../shared/errors/app-error';
import { DEFAULT_PAGE_ROWS } from '../../../../../shared/protocol/endpoints';
import type { Manifest, TierRef } from '../../../../../shared/protocol/manifest';
import { missingParts, shortestCover } from '../../../../../shared/protocol/tier-cover';
import type { SliceState } from '../../../../store/protocol';
import type { StoreCaller } from '../../../clients/store-client';
import type { Ingest } from '../../../workers/ingest-client';
import { pageHeader } from '../../../workers/open-private';
import type { CacheKeeper } from '../cache/cache-keeper';
import type { Downloader } from '../download';
import type { ProgressMeter } from '../progress';
import { withRetries } from '../retries';

/** A gap that one live page may close is not worth objects that repeat some of it. */
const WORTH_CHANGES = DEFAULT_PAGE_ROWS;

export interface TierParts {
  readonly downloader: Downloader;
  readonly keeper: Pick<CacheKeeper, 'expectPage' | 'page'>;
  readonly ingest: Pick<Ingest, 'page'>;
  readonly store: StoreCaller;
  readonly progress: ProgressMeter;
  readonly signal: AbortSignal;
}

type Part = TierRef['parts'][number];
interface Step {
  readonly part: Part;
  readonly tier: TierRef;
}

/** The objects that a slice lacks, in the order of application; none when it is not far behind. */
function stepsFor(manifest: Manifest, { cursor, checkpoint }: SliceState): readonly Step[] {
  const isOfHistory = cursor?.epoch === manifest.epoch && checkpoint?.epoch === manifest.epoch;
  if (!isOfHistory) return [];
  const position = cursor.rseq;
  let whole = Math.min(checkpoint.rseq, position);
  const cover = shortestCover(manifest.tiers, { whole, position });
  if ((cover.at(-1)?.to ?? 0) - position <= WORTH_CHANGES) return [];
  return cover.flatMap((tier) => {
    const steps = missingParts(tier, whole).map((part) => ({ part, tier }));
    whole = tier.to;
    return steps;
  });
}

/**
 * Brings a slice that is far behind to the end of the manifest's tiers: objects that any cache may
 * serve, each continued at any byte, every tier proven by the root that it ends at. What was fetched
 * stays until its tier is proven, so that a run that was cut off goes on. Returns the rows applied.
 * Where an object cannot be had it stops, and live pages do the rest; other failures are thrown.
 */
export async function applyTiers(parts: TierParts, manifest: Manifest): Promise<number> {
  const { downloader, progress, store, signal } = parts;
  const steps = stepsFor(manifest, await store.call('state', {}));
  if (steps.length === 0) return 0;
  progress.enter('changes', {
    rows: steps.reduce((sum, { part }) => sum + part.rows, 0),
    bytes: steps.reduce((sum, { part }) => sum + part.bytes, 0),
  });
  const fetchAt = (index: number): Promise<Uint8Array | null> => {
    const step = steps[index];
    if (step === undefined) return Promise.resolve(null);
    return withRetries(
      downloader.timing,
      signal,
      // Changes as a page's are, revocations among them: they stand still for nothing but orders.
      () => downloader.fetch(step.part, signal, 'delta'),
      () => downloader.received,
    ).catch((error) => {
      if (isMissing(error)) return null;
      throw error;
    });
  };
  let rows = 0;
  let next = fetchAt(0);
  try {
    for (const [index, step] of steps.entries()) {
      const object = await next;
      if (object === null) return rows;
      // One arrives while another is sealed and applied; its failure is met when its turn comes.
      next = fetchAt(index + 1);
      next.catch(() => undefined);
      rows += await applyPart(parts, manifest, step, object);
    }
  } finally {
    await next.catch(() => undefined);
  }
  return rows;
}

async function applyPart(
  { keeper, ingest, store, progress, downloader }: TierParts,
  manifest: Manifest,
  { part, tier }: Step,
  object: Uint8Array,
): Promise<number> {
  const header = pageHeader(object);
  const { from, to, since, cursor, hasMore } = header;
  const checkpoint = header.checkpoint ?? null;
  const isListed =
    header.region === manifest.region &&
    header.epoch === manifest.epoch &&
    since === tier.from &&
    to === part.to &&
    hasMore === part.to < tier.to;
  // The last part proves all of them; without its proof the tier would be believed.
  const isProvable = hasMore || (checkpoint?.rseq === tier.to && checkpoint.epoch === header.epoch);
  if (!isListed || !isProvable)
    throw new AppError('SYNC_PROTOCOL', {}, `tier ${tier.from}-${tier.to} at ${to}`);
  const { sealed } = await ingest.page(object);
  await keeper.expectPage();
  const applied = await store.call('applyPage', { page: object, sealed, checkpoint });
  if (applied.isEqual === false) throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 });
  await keeper.page({ object, from, to, since, cursor, checkpoint });
  progress.addRows(part.rows);
  if (!hasMore) for (const one of tier.parts) await downloader.drop(one);
  return applied.rows;
}

/** The server has the object no more, or what stands in between spoils it: another way may do without it. */
export function isMissing(error: unknown): boolean {
  const codes = ['SYNC_OBJECT_DAMAGED', 'SYNC_PROTOCOL'];
  return error instanceof AppError && codes.includes(error.code);
}
