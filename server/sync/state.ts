import {
  ENTITY_ORDER,
  type Entity,
  OLDEST_SCHEMA,
  SCHEMA_VERSION,
} from '../../shared/domain/model';
import { regionRoot } from '../../shared/domain/sync/digest';
import type { Checkpoint } from '../../shared/protocol/manifest';
import { sha256 } from '../ingest/leaves';
import { readRoots } from '../store/digest-nodes';
import { readCounts } from '../store/slices';
import type { SqlRunner } from '../store/sql-client';

/** What a region's rows come to at one change number. */
export type RegionState = Pick<Checkpoint, 'rseq' | 'epoch' | 'roots' | 'root' | 'counts'>;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The state that a transaction sees; `head` read in the same one. */
export async function readState(
  runner: SqlRunner,
  slice: number,
  epoch: string,
  head: number,
): Promise<RegionState> {
  const found = await readRoots(runner, slice);
  const empty = sha256(new Uint8Array(0));
  const roots = Object.fromEntries(
    ENTITY_ORDER.map((entity) => [entity, hex(found[entity] ?? empty)]),
  ) as Record<Entity, string>;
  const counts = await readCounts(runner, slice);
  return { rseq: head, epoch, roots, root: hex(regionRoot(sha256, SCHEMA_VERSION, roots)), counts };
}

/** Schemas that this server serves. */
export const SCHEMAS = { min: OLDEST_SCHEMA, max: SCHEMA_VERSION } as const;

/** How long a checkpoint or manifest counts as fresh. */
export const FRESH_MS = 7 * 86_400_000;

/** A state as the signed payload of a checkpoint. */
export function checkpointOf(region: string, state: RegionState, nowMs: number): Checkpoint {
  return {
    type: 'checkpoint',
    region,
    schema: SCHEMA_VERSION,
    ...state,
    issuedMs: nowMs,
    expiresMs: nowMs + FRESH_MS,
  };
}
