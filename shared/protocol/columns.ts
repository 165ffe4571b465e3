import { z } from 'zod';
import { type Column, ENTITIES, type Entity } from '../domain/model';

/** Most rows that one object may hold; larger is refused before anything is allocated for it. */
export const MAX_ROWS_PER_OBJECT = 20_000;
/** Most bytes of one object on the wire. */
export const MAX_OBJECT_BYTES = 16 * 1024 * 1024;
/** Most bytes that one part may inflate to. */
export const MAX_INFLATED_BYTES = 96 * 1024 * 1024;

/** One column's values in row order; null where an optional value is absent. */
export type ColumnValues = readonly (number | string | null | object)[];

/**
 * Rows as columns. `ids` are first differences (the first is absolute) and ascend strictly;
 * `revs` are plain. Every column of the entity is present and as long as `ids`; a column in which
 * every value is absent is left out.
 */
export interface ColumnBlock {
  readonly ids: readonly number[];
  readonly revs: readonly number[];
  readonly columns: Readonly<Record<string, ColumnValues>>;
}

export const ColumnBlockSchema = z.strictObject({
  ids: z.array(z.number().int().positive()).max(MAX_ROWS_PER_OBJECT),
  revs: z.array(z.number().int().positive()).max(MAX_ROWS_PER_OBJECT),
  columns: z.record(z.string().max(32), z.array(z.unknown()).max(MAX_ROWS_PER_OBJECT)),
});

/** Names of columns in the data model. */
const NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
const MAX_STRANGE_CHARACTERS = 16_384;

/** A value of a column that this build does not know: an integer, a text or JSON, bounded. */
function isKeepable(value: unknown): boolean {
  if (value === null || Number.isSafeInteger(value)) return true;
  if (typeof value === 'string') return value.length <= MAX_STRANGE_CHARACTERS;
  return typeof value === 'object' && JSON.stringify(value).length <= MAX_STRANGE_CHARACTERS;
}

function isFit(column: Column, value: unknown): boolean {
  if (value === null) return column.isOptional;
  if (column.type === 'int') return Number.isSafeInteger(value);
  if (column.type === 'text') return typeof value === 'string' && value.length <= 4096;
  return typeof value === 'object';
}

/**
 * Checks a parsed block against the entity's shape (public or private columns): lengths, types,
 * ascending ids. Returns the first fault in words for the log, or undefined when it is sound.
 */
export function columnBlockFault(
  entity: Entity,
  block: ColumnBlock,
  part: 'public' | 'private',
): string | undefined {
  const shape = part === 'public' ? ENTITIES[entity].columns : ENTITIES[entity].private;
  const rows = block.ids.length;
  if (block.revs.length !== rows) return 'revs length';
  const known = new Set(shape.map((c) => c.name));
  for (const [name, values] of Object.entries(block.columns)) {
    if (known.has(name)) continue;
    // A public column of a newer server is kept as it is; a private one is part of the tag and has to be known.
    if (part === 'private' || !NAME.test(name)) return `unknown column ${name}`;
    if (values.length !== rows) return `length of ${name}`;
    if (!values.every(isKeepable)) return `value in ${name}`;
  }
  for (const column of shape) {
    const values = block.columns[column.name];
    if (values === undefined) {
      if (column.isOptional) continue;
      return `missing column ${column.name}`;
    }
    if (values.length !== rows) return `length of ${column.name}`;
    for (const value of values) if (!isFit(column, value)) return `value in ${column.name}`;
  }
  let id = 0;
  for (const step of block.ids) {
    id += step;
    if (!Number.isSafeInteger(id)) return 'id overflow';
  }
  return undefined;
}

/** Absolute ids of a block. */
export function absoluteIds(ids: readonly number[]): number[] {
  let id = 0;
  return ids.map((step) => (id += step));
}
/** First differences of strictly ascending ids. */
export function idSteps(ids: readonly number[]): number[] {
  let before = 0;
  return ids.map((id) => {
    const step = id - before;
    before = id;
    return step;
  });
}
