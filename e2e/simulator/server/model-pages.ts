import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { idSteps } from '../../../shared/protocol/columns';
import type { EntityChanges, PatchGroup } from '../../../shared/protocol/delta';
import type { Departure, ModelRegion, ModelRow } from './model-region';

type Part = 'columns' | 'private';

/** Rows as columns; a column without any value is left out. */
export function columnsOf(entity: Entity, rows: readonly ModelRow[], part: Part) {
  const columns: Record<string, unknown[]> = {};
  for (const { name } of ENTITIES[entity][part]) {
    const values = rows.map(
      (row) => (part === 'columns' ? row.values : (row.secret ?? {}))[name] ?? null,
    );
    if (values.some((value) => value !== null)) columns[name] = values;
  }
  return columns;
}

const byId = <T extends { readonly id: number }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => a.id - b.id);

/** A patch is sent only where the device certainly has the row as it was at `stable`. */
function fieldsOf(
  entity: Entity,
  row: ModelRow,
  stable: number,
  position: number,
): readonly string[] | null {
  if (row.born > stable) return null;
  const updates = row.updates.filter(({ rseq }) => rseq > stable);
  const first = updates[0];
  if (first === undefined || first.rseq <= position) return null;
  const fields = new Set<string>();
  for (const update of updates) {
    if (update.fields === null) return null;
    for (const field of update.fields) fields.add(field);
  }
  return ENTITIES[entity].columns.map(({ name }) => name).filter((name) => fields.has(name));
}

interface PageOf {
  readonly to: number;
  readonly hasMore: boolean;
  readonly changes: { [E in Entity]?: EntityChanges };
  readonly secret: { [E in Entity]?: { columns: Record<string, unknown[]> } } | undefined;
}

type Entry =
  | { readonly entity: Entity; readonly rseq: number; readonly row: ModelRow }
  | { readonly entity: Entity; readonly rseq: number; readonly gone: Departure };

/**
 * The next changes after a place, net: a row once, at its last change. `withheld` leaves the n-th entry out,
 * as a server does that
 * loses one.
 */
export function pageAfter(
  region: ModelRegion,
  { stable, position }: { readonly stable: number; readonly position: number },
  maxRows: number,
  withheld?: number,
): PageOf {
  const all: Entry[] = ENTITY_ORDER.flatMap((entity) =>
    [...region.of(entity).values()]
      .filter((row) => row.rseq > position)
      .map((row) => ({ entity, rseq: row.rseq, row })),
  );
  for (const gone of region.departures.values())
    if (gone.rseq > position) all.push({ entity: gone.entity, rseq: gone.rseq, gone });
  all.sort((a, b) => a.rseq - b.rseq);
  const hasMore = all.length > maxRows;
  const entries = hasMore ? all.slice(0, maxRows) : all;
  const to = hasMore ? (entries.at(-1)?.rseq ?? position) : region.head;
  if (withheld !== undefined && entries.length > 0) entries.splice(withheld % entries.length, 1);
  const changes: { [E in Entity]?: EntityChanges } = {};
  const secret: { [E in Entity]?: { columns: Record<string, unknown[]> } } = {};
  for (const entity of ENTITY_ORDER) {
    const own = entries.filter((entry) => entry.entity === entity);
    if (own.length === 0) continue;
    const exits = byId(own.flatMap((entry) => ('gone' in entry ? [entry.gone] : [])));
    const rows = byId(own.flatMap((entry) => ('row' in entry ? [entry.row] : [])));
    const puts = rows.filter((row) => fieldsOf(entity, row, stable, position) === null);
    const groups = new Map<string, { fields: readonly string[]; rows: ModelRow[] }>();
    for (const row of rows) {
      const fields = fieldsOf(entity, row, stable, position);
      if (fields === null) continue;
      const group = groups.get(fields.join()) ?? { fields, rows: [] };
      group.rows.push(row);
      groups.set(fields.join(), group);
    }
    const patch = [...groups.values()].map(({ fields, rows: own }): PatchGroup => {
      const columns = Object.fromEntries(
        fields.map((name) => [name, own.map((row) => row.values[name] ?? null)]),
      );
      const base = own.map((row) => (row.updates.find(({ rseq }) => rseq > stable)?.rev ?? 2) - 1);
      return {
        fields: [...fields],
        ids: idSteps(own.map(({ id }) => id)),
        base,
        revs: own.map(({ rev }) => rev),
        columns,
      };
    });
    changes[entity] = {
      ...(puts.length === 0
        ? {}
        : {
            put: {
              ids: idSteps(puts.map(({ id }) => id)),
              revs: puts.map(({ rev }) => rev),
              columns: columnsOf(entity, puts, 'columns'),
            },
          }),
      ...(patch.length === 0 ? {} : { patch }),
      ...(exits.length === 0
        ? {}
        : {
            exit: {
              ids: idSteps(exits.map(({ id }) => id)),
              reasons: exits.map(({ reason }) => reason),
              movedTo: exits.map(({ movedTo }) => movedTo),
              days: exits.map(({ day }) => day),
            },
          }),
    };
    const hidden = columnsOf(entity, puts, 'private');
    if (Object.keys(hidden).length > 0) secret[entity] = { columns: hidden };
  }
  return { to, hasMore, changes, secret: Object.keys(secret).length === 0 ? undefined : secret };
}
