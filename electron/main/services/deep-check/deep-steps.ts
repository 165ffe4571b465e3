import type { DeepFound } from '../../../../shared/ipc/routes/deep-check';
import type { SealedEntity } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { Ingest } from '../../workers/ingest-client';
import { addWanted } from '../sync/repair/wanted';
import { NOTHING_FOUND, type Step } from './round';

const SEALED_ROWS = 2_000;
const NAME_ROWS = 4_000;

/** What one batch came to. */
export interface Batch {
  readonly rows: number;
  readonly lastId: number;
  readonly isEnd: boolean;
  readonly found: DeepFound;
}

/** Looks at the next batch of a step, and makes what is only derived anew from what proved sound. */
export async function nextBatch(
  step: Step,
  afterId: number,
  store: StoreCaller,
  ingest: Ingest,
  lists: ListChecks,
): Promise<Batch> {
  if (step === 'rows') return checkRows(store);
  if (step === 'issuers') return checkList(step, lists.areIssuersSound);
  if (step === 'moves') return checkList(step, lists.areMovesSound);
  if (step === 'person' || step === 'certificate') return checkSealed(step, afterId, store, ingest);
  if (step === 'structure') return checkFile(store);
  return checkNames(step === 'persons' ? 'person' : 'name', afterId, store);
}

async function checkRows(store: StoreCaller): Promise<Batch> {
  const { differingBuckets, rows } = await store.call('verify', { mode: 'quick' });
  const found = { ...NOTHING_FOUND, buckets: differingBuckets };
  return { rows, lastId: 0, isEnd: true, found };
}

/** Lists beside the rows, whose hashes the server signs. */
export interface ListChecks {
  /** False: names of issuers and training bodies are not what the server signed. */
  areIssuersSound(): Promise<boolean>;
  /** False: likewise where certificates went that are not here any more. */
  areMovesSound(): Promise<boolean>;
}

/** The names that every record shows of its issuer and training body, or where certificates went: one list, which is fetched again as a whole. */
async function checkList(of: 'issuers' | 'moves', isSound: () => Promise<boolean>): Promise<Batch> {
  const found = { ...NOTHING_FOUND, [of]: (await isSound()) ? 0 : 1 };
  return { rows: 0, lastId: 0, isEnd: true, found };
}

async function checkSealed(
  entity: SealedEntity,
  afterId: number,
  store: StoreCaller,
  ingest: Ingest,
): Promise<Batch> {
  const read = await store.call('deepRead', { entity, afterId, limit: SEALED_ROWS });
  const { lastId, isEnd, ...rows } = read;
  const { broken, derived } = await ingest.check(entity, rows);
  if (broken.length > 0) {
    await addWanted(store, [{ entity, ids: broken }]);
    await store.call('deepFound', { rows: [{ entity, ids: broken }] });
  }
  if (derived.ids.length > 0) await store.call('deepWrite', { entity, columns: derived });
  const found = { ...NOTHING_FOUND, sealed: broken.length, derived: derived.ids.length };
  return { rows: rows.ids.length, lastId, isEnd, found };
}

async function checkNames(
  of: 'person' | 'name',
  afterId: number,
  store: StoreCaller,
): Promise<Batch> {
  const read = await store.call('deepNames', { of, afterId, limit: NAME_ROWS });
  const { wrong, scanned, lastId, isEnd } = read;
  if (wrong.length > 0) await store.call('deepNamesWrite', { of, ids: wrong });
  return { rows: scanned, lastId, isEnd, found: { ...NOTHING_FOUND, names: wrong.length } };
}

async function checkFile(store: StoreCaller): Promise<Batch> {
  const faults = await store.call('deepStructure', {});
  const { foreign, missing, unsound, hasWrongCounts, falseColumns } = faults;
  // A foreign index is missing too, once it is gone.
  const structure =
    foreign.length +
    Math.max(0, missing.length - foreign.length) +
    unsound.length +
    (hasWrongCounts ? 1 : 0) +
    falseColumns;
  if (structure > 0) await store.call('deepStructureWrite', faults);
  return { rows: 0, lastId: 0, isEnd: true, found: { ...NOTHING_FOUND, structure } };
}
