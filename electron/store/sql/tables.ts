import { type Column, ENTITIES, type Entity } from '../../../shared/domain/model';

/** Columns of a table that carry private values and search keys beside the public ones, in order. */
export const OWN_COLUMNS = {
  person: [
    'nameId',
    'maskedId',
    'maskedPhone',
    'sealed',
    'keyedTag',
    'tagWhole',
    'tagRegion6',
    'tagBirth8',
    'tagLast4',
    'tagLast6',
    'tagPhone',
    'tagPhoneLast4',
  ],
  certificate: ['maskedNumber', 'sealed', 'keyedTag', 'tagNumber'],
} as const;

/** Entities whose rows may carry private values. */
export type SealedEntity = keyof typeof OWN_COLUMNS;

export function isSealedEntity(entity: Entity): entity is SealedEntity {
  return Object.hasOwn(OWN_COLUMNS, entity);
}

/** All columns of an entity's table, in table order. */
export function tableColumns(entity: Entity): readonly string[] {
  const own = isSealedEntity(entity) ? OWN_COLUMNS[entity] : [];
  return ['id', 'rev', ...ENTITIES[entity].columns.map((column) => column.name), ...own];
}

/** Public column of an entity by name, or undefined. */
export function publicColumn(entity: Entity, name: string): Column | undefined {
  return ENTITIES[entity].columns.find((column) => column.name === name);
}

export function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(', ');
}
