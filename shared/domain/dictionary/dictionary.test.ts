import { describe, expect, it } from 'vitest';
import { ENTITIES, ENTITY_ORDER } from '../model';
import { DICTIONARY } from './dictionary';

describe('data dictionary', () => {
  // Bug: a column that is held and classified nowhere, or one that is in two classes at once.
  it('has every column of the model once, and no other', () => {
    const held = ENTITY_ORDER.flatMap((entity) => [
      ...ENTITIES[entity].columns.map(({ name }) => `${entity}.${name}`),
      ...ENTITIES[entity].private.map(({ name }) => `${entity}.!${name}`),
    ]);
    const named = Object.values(DICTIONARY).flatMap(({ columns }) => [...columns]);
    expect([...named].sort()).toEqual([...held].sort());
  });

  // Bug: a value that travels sealed and is said to be shown in plain.
  it('calls sealed what the model keeps private', () => {
    for (const { columns, showing } of Object.values(DICTIONARY)) {
      if (columns.some((column) => column.includes('!'))) expect(showing).toBe('sealed');
    }
  });
});
