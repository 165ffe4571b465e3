import { ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { idSteps } from '../../../shared/protocol/columns';
import type { PagePublic } from '../../../shared/protocol/delta';
import type { SealedColumns } from '../protocol';
import { columnBlock, makePage, sealedColumns } from './fixture';
import { type FixtureRow, type FixtureSet, makeSet, random, TODAY } from './rows';

/** Random but believable changes of a set, and the page that carries them. */

export interface Change {
  readonly set: FixtureSet;
  readonly page: Buffer;
  readonly sealed: Readonly<Partial<Record<Entity, SealedColumns>>>;
  readonly exited: readonly { readonly entity: Entity; readonly id: number }[];
}

type Draft = { [E in Entity]: Map<number, FixtureRow> };

const byId = (rows: Iterable<FixtureRow>): FixtureRow[] => [...rows].sort((a, b) => a.id - b.id);

function exitsOf(
  ids: readonly number[],
): NonNullable<NonNullable<PagePublic['changes']['person']>['exit']> {
  return {
    ids: idSteps(ids),
    reasons: ids.map(() => 2),
    movedTo: ids.map(() => 320100),
    days: ids.map(() => TODAY),
  };
}

/** `nth` makes new ids distinct from page to page. */
export function changeSet(
  set: FixtureSet,
  seed: number,
  from: number,
  to: number,
  nth: number,
): Change {
  const next = random(seed);
  const draft = Object.fromEntries(
    ENTITY_ORDER.map((entity) => [entity, new Map(set[entity].map((row) => [row.id, row]))]),
  ) as Draft;
  const changes: Record<string, { put?: unknown; patch?: unknown[]; exit?: unknown }> = {};
  const sealed: Partial<Record<Entity, SealedColumns>> = {};
  const exited: { entity: Entity; id: number }[] = [];
  const fresh = makeSet(12, seed + 1);
  const touched = new Set<string>();
  const pick = (entity: Entity, share: number): FixtureRow[] =>
    set[entity].filter((row) => {
      if (next() >= share || touched.has(`${entity}${row.id}`)) return false;
      touched.add(`${entity}${row.id}`);
      return true;
    });
  const shift = (row: FixtureRow): FixtureRow => ({
    ...row,
    id: row.id + 500_000 * nth,
    public: { ...row.public },
  });

  for (const entity of ['person', 'certificate', 'event', 'company'] as const) {
    const exits = byId(pick(entity, 0.01));
    if (exits.length > 0) changes[entity] = { exit: exitsOf(exits.map((row) => row.id)) };
    for (const { id } of exits) {
      draft[entity].delete(id);
      exited.push({ entity, id });
    }
    const renewed = pick(entity, 0.01).map((row) => ({ ...row, rev: row.rev + 1 }));
    const added = entity === 'event' ? [] : fresh[entity].map(shift);
    const puts = byId([...renewed, ...added]);
    for (const row of puts) draft[entity].set(row.id, row);
    if (puts.length > 0) {
      changes[entity] = { ...changes[entity], put: columnBlock(entity, puts) };
      const columns = sealedColumns(entity, puts);
      if (columns !== null) sealed[entity] = columns;
    }
  }
  const certificates = byId(pick('certificate', 0.03));
  const persons = byId(pick('person', 0.02));
  const patch = (
    entity: 'certificate' | 'person',
    rows: readonly FixtureRow[],
    field: string,
    value: (row: FixtureRow) => unknown,
  ): void => {
    if (rows.length === 0) return;
    const values = rows.map(value);
    const group = {
      fields: [field],
      ids: idSteps(rows.map((row) => row.id)),
      base: rows.map((row) => row.rev),
      revs: rows.map((row) => row.rev + 1),
      columns: { [field]: values },
    };
    changes[entity] = { ...changes[entity], patch: [...(changes[entity]?.patch ?? []), group] };
    rows.forEach((row, i) => {
      draft[entity].set(row.id, {
        ...row,
        rev: row.rev + 1,
        public: { ...row.public, [field]: values[i] },
      });
    });
  };
  patch('certificate', certificates, 'validTo', (row) => Number(row.public.validTo) + 30);
  patch('person', persons, 'name', (row) => `${String(row.public.name).slice(0, 1)}新名`);
  const after = Object.fromEntries(
    ENTITY_ORDER.map((entity) => [entity, byId(draft[entity].values())]),
  ) as unknown as FixtureSet;
  return { set: after, page: makePage(changes as PagePublic['changes'], from, to), sealed, exited };
}
