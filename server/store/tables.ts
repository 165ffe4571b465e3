import { type Column, ENTITIES, type Entity } from '../../shared/domain/model';

/** Columns that every entity table begins with. */
export const HEAD_COLUMNS = ['slice', 'id', 'rev', 'rseq', 'born', 'leaf'] as const;

export interface StoredColumn {
  /** Name in the model. */
  readonly name: string;
  /** Name in the table. */
  readonly sql: string;
  readonly type: Column['type'];
  readonly isPrivate: boolean;
}

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Of these, values may pass 2³¹: ids. */
const WIDE = new Set(['company', 'photo', 'holder', 'certificate', 'person', 'owner']);

function columnsOf(entity: Entity): readonly StoredColumn[] {
  const shape = ENTITIES[entity];
  return [
    ...shape.columns.map(({ name, type }) => ({
      name,
      sql: `c_${snake(name)}`,
      type,
      isPrivate: false,
    })),
    ...shape.private.map(({ name, type }) => ({
      name,
      sql: `p_${snake(name)}`,
      type,
      isPrivate: true,
    })),
  ];
}

/** Stored columns by entity, wire order, public before private. Prefixes keep them apart from SQL's words. */
export const STORED: Readonly<Record<Entity, readonly StoredColumn[]>> = {
  company: columnsOf('company'),
  person: columnsOf('person'),
  certificate: columnsOf('certificate'),
  event: columnsOf('event'),
  training: columnsOf('training'),
  exam: columnsOf('exam'),
  attachment: columnsOf('attachment'),
};

/** The table of an entity. */
export const tableOf = (entity: Entity): string => `e_${entity}`;

/** True for columns stored as `bigint`. */
export const isWide = (column: StoredColumn): boolean => WIDE.has(column.name);

/** All columns of an entity's table, in COPY order. */
export const copyColumns = (entity: Entity): readonly string[] => [
  ...HEAD_COLUMNS,
  ...STORED[entity].map(({ sql }) => sql),
];
