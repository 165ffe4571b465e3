import { ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { keepAttachments } from '../attachments/attachments';
import { appendRows } from '../ingest/append';
import { withoutIndexes } from '../store/bulk-indexes';
import { BLOCK_IDS, type IdRange, reserveIds, returnIds } from '../store/id-space';
import { isEmpty } from '../store/rows';
import type { SqlClient } from '../store/sql-client';
import type { ObjectStore } from '../sync/object-store';
import type { Region } from '../sync/regions';
import { type GenerateOptions, generateRegion, type NextId } from './generate';

/** Rows of each entity that one certificate brings along, roughly: sizes the first reservation. */
const PER_CERTIFICATE: Readonly<Record<Entity, number>> = {
  company: 0.06,
  person: 0.7,
  certificate: 1,
  event: 2.6,
  training: 2.4,
  exam: 1,
  attachment: 0.05,
};
/** Most rows of one entity that a batch of the generator can hold. */
const BATCH_IDS = 32_768;

/** Ids of one region, handed out without waiting; `refill` keeps enough in stock for a batch. */
class IdStock {
  private readonly ranges = new Map<Entity, IdRange[]>(ENTITY_ORDER.map((entity) => [entity, []]));

  constructor(
    private readonly client: SqlClient,
    private readonly slice: number,
  ) {}

  readonly next: NextId = (entity) => {
    const ranges = this.ranges.get(entity) ?? [];
    const [range] = ranges;
    if (range === undefined) throw new Error(`out of ${entity} ids`);
    if (range.first + 1 >= range.end) ranges.shift();
    else ranges[0] = { first: range.first + 1, end: range.end };
    return range.first;
  };

  async refill(wanted: (entity: Entity) => number): Promise<void> {
    await this.client.transaction(async (runner) => {
      for (const entity of ENTITY_ORDER) {
        const ranges = this.ranges.get(entity) ?? [];
        const held = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
        const missing = wanted(entity) - held;
        if (missing > 0)
          ranges.push(
            ...(await reserveIds(
              runner,
              this.slice,
              entity,
              Math.ceil(missing / BLOCK_IDS) * BLOCK_IDS,
              true,
            )),
          );
      }
    });
  }

  /** Gives back the unused end, so that later rows continue the same block. */
  async release(): Promise<void> {
    await this.client.transaction(async (runner) => {
      for (const entity of ENTITY_ORDER) {
        const last = this.ranges.get(entity)?.at(-1);
        if (last !== undefined) await returnIds(runner, this.slice, entity, last);
      }
    });
  }
}

/**
 * Generates a region's data into the database. A first load of the whole database runs without its
 * secondary indexes. `onProgress` gets certificates done.
 */
export async function seedRegion(
  client: SqlClient,
  objects: ObjectStore,
  region: Region,
  options: GenerateOptions,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  const load = async (): Promise<void> => {
    const stock = new IdStock(client, region.slice);
    await stock.refill(
      (entity) =>
        Math.min(1_000_000, Math.ceil(options.certificates * PER_CERTIFICATE[entity])) + BATCH_IDS,
    );
    let done = 0;
    for (const { rows, files, certificates } of generateRegion(options, stock.next)) {
      await appendRows(client, region.slice, region.leafOf, rows);
      await keepAttachments(
        { client, objects },
        region,
        files.map(({ bytes }) => bytes),
      );
      done += certificates;
      onProgress(done);
      await stock.refill(() => BATCH_IDS);
    }
    await stock.release();
  };
  if (await isEmpty(client)) await withoutIndexes(client, load);
  else await load();
}
