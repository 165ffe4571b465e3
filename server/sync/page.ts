import { ENTITIES, ENTITY_ORDER, type Entity, SCHEMA_VERSION } from '../../shared/domain/model';
import { idSteps } from '../../shared/protocol/columns';
import type {
  EntityChanges,
  PagePrivate,
  PagePublic,
  PatchGroup,
} from '../../shared/protocol/delta';
import type { PageHeader } from '../../shared/protocol/segment';
import type { RegionKeySet } from '../keys/region-keys';
import { readBlock } from '../store/blocks';
import { type FeedEntry, readFeed, readUpdates, WHOLE_ROW } from '../store/feed';
import { findSlice } from '../store/slices';
import type { SqlRunner } from '../store/sql-client';
import type { Cursor } from './cursor';
import { sealObject } from './seal-object';
import { type RegionState, readState } from './state';

/** Changes after a cursor, and the state when they are all. */
export interface PageContent {
  readonly from: number;
  readonly to: number;
  /** Rows and departures looked at. */
  readonly rows: number;
  readonly hasMore: boolean;
  readonly next: Cursor;
  readonly content: PagePublic;
  readonly secret: PagePrivate | undefined;
  readonly state: RegionState | undefined;
}

interface Sorted {
  readonly puts: number[];
  /** Ids and base revisions by mask of changed columns. */
  readonly patches: Map<number, { ids: number[]; base: Map<number, number> }>;
  readonly exits: FeedEntry[];
}

/** Most groups of patches that a page may have by entity; rarer ones go as whole rows. */
const MAX_GROUPS = 200;

/**
 * What a page is for. A live page answers one device: a patch stands on the revision that it certainly
 * has, and a row that came and left since is nothing to it. A tier is for every device from its
 * beginning on (shared/protocol/tier-cover.ts): some of them have that row, and their revision may be
 * any of those that the patch covers.
 */
export type PagePurpose = 'live' | 'tier';

/** Tells new rows from changed ones. */
async function sortEntries(
  runner: SqlRunner,
  entity: Entity,
  entries: readonly FeedEntry[],
  { slice, stable, position }: Cursor,
  purpose: PagePurpose,
): Promise<Sorted> {
  const sorted: Sorted = { puts: [], patches: new Map(), exits: [] };
  const known = entries.filter(({ departure, born }) => departure === undefined && born <= stable);
  const updates = await readUpdates(
    runner,
    slice,
    entity,
    stable,
    known.map(({ id }) => id),
  );
  for (const entry of entries) {
    if (entry.departure !== undefined) {
      if (purpose === 'tier' || entry.born <= position) sorted.exits.push(entry);
      continue;
    }
    const update = entry.born > stable ? undefined : updates.get(entry.id);
    const isBetween = purpose === 'live' && (update?.firstRseq ?? 0) <= position;
    if (update === undefined || update.mask === WHOLE_ROW || isBetween) {
      sorted.puts.push(entry.id);
      continue;
    }
    const group = sorted.patches.get(update.mask) ?? { ids: [], base: new Map<number, number>() };
    group.ids.push(entry.id);
    group.base.set(entry.id, update.baseRev);
    sorted.patches.set(update.mask, group);
  }
  const groups = [...sorted.patches].sort(([, a], [, b]) => b.ids.length - a.ids.length);
  for (const [mask, { ids }] of groups.slice(MAX_GROUPS)) {
    sorted.puts.push(...ids);
    sorted.patches.delete(mask);
  }
  return sorted;
}

async function patchGroups(
  runner: SqlRunner,
  entity: Entity,
  slice: number,
  { patches }: Sorted,
): Promise<PatchGroup[]> {
  const groups: PatchGroup[] = [];
  for (const [mask, { ids, base }] of [...patches].sort(([a], [b]) => a - b)) {
    const block = await readBlock(runner, entity, slice, { ids });
    const fields = ENTITIES[entity].columns
      .filter((_, i) => (mask & (1 << i)) !== 0)
      .map(({ name }) => name);
    const absent = block.ids.map(() => null);
    groups.push({
      fields,
      ids: idSteps(block.ids),
      base: block.ids.map((id) => base.get(id) as number),
      revs: [...block.revs],
      columns: Object.fromEntries(
        fields.map((name) => [name, [...(block.columns[name] ?? absent)]]),
      ),
    });
  }
  return groups;
}

export function exitsOf(exits: readonly FeedEntry[]): EntityChanges['exit'] {
  const ordered = [...exits].sort((a, b) => a.id - b.id);
  return {
    ids: idSteps(ordered.map(({ id }) => id)),
    reasons: ordered.map(({ departure }) => departure?.reason ?? 0),
    movedTo: ordered.map(({ departure }) => departure?.movedTo ?? 0),
    days: ordered.map(({ departure }) => departure?.day ?? 0),
  };
}

async function entityChanges(runner: SqlRunner, entity: Entity, slice: number, sorted: Sorted) {
  const changes: {
    put?: EntityChanges['put'];
    patch?: PatchGroup[];
    exit?: EntityChanges['exit'];
  } = {};
  let secret: Record<string, unknown[]> | undefined;
  if (sorted.puts.length > 0) {
    const block = await readBlock(runner, entity, slice, { ids: sorted.puts });
    const columns = Object.fromEntries(
      Object.entries(block.columns).map(([name, values]) => [name, [...values]]),
    );
    changes.put = { ids: idSteps(block.ids), revs: [...block.revs], columns };
    const hidden = Object.entries(block.secret).map(([name, values]): [string, unknown[]] => [
      name,
      [...values],
    ]);
    if (hidden.length > 0) secret = Object.fromEntries(hidden);
  }
  if (sorted.patches.size > 0) changes.patch = await patchGroups(runner, entity, slice, sorted);
  if (sorted.exits.length > 0) changes.exit = exitsOf(sorted.exits);
  return { changes, secret };
}

/**
 * The next page after a cursor, net: a row occurs once, at its last change. Must run in a repeatable
 * read transaction. Undefined: the cursor is of another epoch or ahead of us.
 */
export async function readPage(
  runner: SqlRunner,
  cursor: Cursor,
  maxRows: number,
  purpose: PagePurpose = 'live',
): Promise<PageContent | undefined> {
  const slice = await findSlice(runner, cursor.slice);
  if (slice === undefined || slice.epoch !== cursor.epoch || cursor.position > slice.head)
    return undefined;
  const found = await readFeed(runner, cursor.slice, cursor.position, maxRows + 1);
  const hasMore = found.length > maxRows;
  const entries = hasMore ? found.slice(0, maxRows) : found;
  const to = hasMore ? (entries.at(-1)?.rseq ?? cursor.position) : slice.head;
  const changes: { [E in Entity]?: EntityChanges } = {};
  const secret: { [E in Entity]?: { columns: Record<string, unknown[]> } } = {};
  for (const entity of ENTITY_ORDER) {
    const own = entries.filter((entry) => entry.entity === entity);
    if (own.length === 0) continue;
    const made = await entityChanges(
      runner,
      entity,
      cursor.slice,
      await sortEntries(runner, entity, own, cursor, purpose),
    );
    changes[entity] = made.changes;
    if (made.secret !== undefined) secret[entity] = { columns: made.secret };
  }
  return {
    from: cursor.position,
    to,
    rows: entries.length,
    hasMore,
    next: { ...cursor, stable: hasMore ? cursor.stable : to, position: to },
    content: { changes },
    secret: Object.keys(secret).length === 0 ? undefined : { changes: secret },
    state: hasMore ? undefined : await readState(runner, cursor.slice, slice.epoch, slice.head),
  };
}

/** A page as an object on the wire; `tier` says what a part of a tier says besides. */
export function sealPage(
  page: PageContent,
  cursor: string,
  keys: RegionKeySet,
  tier: Pick<PageHeader, 'since' | 'checkpoint'> = {},
): Promise<Buffer> {
  const header = {
    format: 'fieldcert-page',
    schema: SCHEMA_VERSION,
    region: String(page.next.slice),
    keyEpoch: keys.keyEpoch,
    epoch: page.next.epoch,
    from: page.from,
    to: page.to,
    hasMore: page.hasMore,
    cursor,
    ...tier,
  } as const;
  return sealObject(header, page.content, page.secret, keys);
}
