import { type Entity, SCHEMA_VERSION } from '../../shared/domain/model';
import { idSteps } from '../../shared/protocol/columns';
import type { SegmentRef } from '../../shared/protocol/manifest';
import type { RegionKeySet } from '../keys/region-keys';
import { countByRange, type RowRange, readBlock } from '../store/blocks';
import type { SqlRunner } from '../store/sql-client';
import type { ObjectStore } from './object-store';
import { sealObject } from './seal-object';

/** Ranges begin at multiples, so that a change here leaves the segments elsewhere as they were. */
const SPAN_IDS = 8192;
const MIN_ROWS = 2_500;
const MAX_ROWS = 10_000;
/** Segments being compressed while the next is read. */
const IN_FLIGHT = 3;

/** Joins sparse neighbours until a segment is worth its request. */
export function planSegments(ranges: readonly RowRange[]): readonly RowRange[] {
  const plan: RowRange[] = [];
  for (const range of ranges) {
    const last = plan.at(-1);
    if (last !== undefined && last.rows < MIN_ROWS && last.rows + range.rows <= MAX_ROWS) {
      plan[plan.length - 1] = { from: last.from, end: range.end, rows: last.rows + range.rows };
    } else plan.push(range);
  }
  return plan;
}

async function buildSegment(runner: SqlRunner, entity: Entity, slice: number, range: RowRange) {
  const block = await readBlock(runner, entity, slice, range);
  const firstId = block.ids[0];
  const lastId = block.ids.at(-1);
  if (firstId === undefined || lastId === undefined) throw new Error('empty segment');
  const content = { ids: idSteps(block.ids), revs: block.revs, columns: block.columns };
  const secret = Object.keys(block.secret).length === 0 ? undefined : { columns: block.secret };
  return { content, secret, rows: block.ids.length, firstId, lastId };
}

/** Writes the segments of one entity; the transaction sees one state for all of them. */
export async function writeSegments(
  runner: SqlRunner,
  objects: ObjectStore,
  slice: number,
  entity: Entity,
  keys: RegionKeySet,
): Promise<readonly SegmentRef[]> {
  const plan = planSegments(await countByRange(runner, entity, slice, SPAN_IDS));
  const pending: Promise<SegmentRef>[] = [];
  for (const range of plan) {
    const { content, secret, rows, firstId, lastId } = await buildSegment(
      runner,
      entity,
      slice,
      range,
    );
    const header = {
      format: 'fieldcert-segment',
      schema: SCHEMA_VERSION,
      region: String(slice),
      keyEpoch: keys.keyEpoch,
      entity,
      rows,
      firstId,
      lastId,
    } as const;
    const written = sealObject(header, content, secret, keys).then(
      async (bytes): Promise<SegmentRef> => {
        const sha256 = await objects.put(bytes);
        return { entity, sha256, bytes: bytes.length, rows, firstId, lastId };
      },
    );
    // A failure is reported by the await below; until then it must not count as unhandled.
    written.catch(() => undefined);
    pending.push(written);
    if (pending.length >= IN_FLIGHT) await pending[pending.length - IN_FLIGHT];
  }
  return Promise.all(pending);
}
