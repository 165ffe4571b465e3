import { canonicalJson, canonicalString } from '../../kernel/canonical-json';
import { type Column, ENTITIES, type Entity } from '../model';

/** One column of an entity in canonical key order. */
export interface PlannedColumn {
  readonly name: string;
  /** `"name":`, ready to append. */
  readonly key: string;
  readonly type: Column['type'];
  readonly isOptional: boolean;
  /** Position in wire order. */
  readonly at: number;
}
export type Plan = readonly PlannedColumn[];

function planOf(columns: readonly Column[]): Plan {
  return columns
    .map(({ name, type, isOptional }, at) => ({
      name,
      key: `${canonicalString(name)}:`,
      type,
      isOptional,
      at,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const plans = (part: 'columns' | 'private'): Readonly<Record<Entity, Plan>> =>
  Object.fromEntries(
    Object.entries(ENTITIES).map(([entity, shape]) => [entity, planOf(shape[part])]),
  ) as Record<Entity, Plan>;

/** Public columns of each entity, sorted as canonical JSON sorts keys. */
export const PUBLIC_PLANS = plans('columns');
const PRIVATE_PLANS = plans('private');

function writeValue(column: PlannedColumn, value: unknown): string {
  if (column.type === 'int') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`column ${column.name}: not an integer`);
    return String(value);
  }
  if (column.type === 'text') {
    if (typeof value !== 'string') throw new TypeError(`column ${column.name}: not a text`);
    return canonicalString(value);
  }
  return canonicalJson(value);
}

function write(plan: Plan, read: (column: PlannedColumn) => unknown): string {
  let text = '{';
  for (const column of plan) {
    const value = read(column);
    if (value === undefined || value === null) {
      if (!column.isOptional) throw new TypeError(`column ${column.name}: missing`);
      continue;
    }
    if (text.length > 1) text += ',';
    text += column.key + writeValue(column, value);
  }
  return `${text}}`;
}

/**
 * Canonical JSON of a row's public columns without id and rev: the text whose SHA-256 enters the
 * row's leaf. Equal to `canonicalJson` of that object; null counts as absent. Other properties of
 * the row are ignored. Throws TypeError on a missing or mistyped column.
 */
export function canonicalRow(entity: Entity, row: object): string {
  const fields = row as Readonly<Record<string, unknown>>;
  return write(PUBLIC_PLANS[entity], ({ name }) => fields[name]);
}

/** As canonicalRow, from the values in wire order (`ENTITIES[entity].columns`). */
export function canonicalTuple(entity: Entity, values: readonly unknown[]): string {
  return write(PUBLIC_PLANS[entity], ({ at }) => values[at]);
}

/**
 * Canonical JSON of a row's private values, the message of its keyed tag; undefined when it has
 * none, and then its leaf has no tag. Throws TypeError as canonicalRow, once any value is present.
 */
export function canonicalPrivate(entity: Entity, values: object): string | undefined {
  const plan = PRIVATE_PLANS[entity];
  const fields = values as Readonly<Record<string, unknown>>;
  if (plan.every(({ name }) => fields[name] === undefined || fields[name] === null))
    return undefined;
  return write(plan, ({ name }) => fields[name]);
}
