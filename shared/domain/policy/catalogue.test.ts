import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { err } from '../../kernel/result';
import { loadOperationCatalogue } from './catalogue';

const shipped = new URL(
  '../../../resources/catalogues/special-operations-2026.json',
  import.meta.url,
);

describe('loadOperationCatalogue', () => {
  // Would catch: an item whose code points to another class, or one lost in the shipped file.
  it('reads the shipped catalogue', () => {
    const loaded = loadOperationCatalogue(JSON.parse(readFileSync(shipped, 'utf8')));
    if (!loaded.ok) throw new Error(loaded.error);
    const { classes, item, classOf } = loaded.value;
    expect(classes.flatMap((c) => c.items).length).toBe(54);
    expect([item(102)?.name, classOf(102)?.name, item(199)]).toEqual([
      '低压电工作业',
      '电工作业',
      undefined,
    ]);
  });

  // Would catch: a damaged file taken over.
  it('refuses a damaged file', () => {
    const one = { code: 1, name: '电工作业', items: [{ code: 101, name: '高压电工作业' }] };
    expect(loadOperationCatalogue({ version: 't', classes: [one, one] })).toEqual(err('duplicate'));
    expect(loadOperationCatalogue({ version: 't', classes: [{ ...one, code: 2 }] })).toEqual(
      err('shape'),
    );
    expect(loadOperationCatalogue({ version: 't', classes: [null] })).toEqual(err('shape'));
  });
});
