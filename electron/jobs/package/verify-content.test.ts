import { expect, it } from 'vitest';
import type { Manifest } from './manifest';
import { checkTemplate } from './verify-content';

// Bug: a package that was asked for in one form leaves in any, because its manifest names none.
it('misses the template that was asked for', () => {
  const said = (manifest: object) => {
    const added: unknown[] = [];
    checkTemplate({ fields: [], files: [], ...manifest } as unknown as Manifest, (id, ok) =>
      added.push([id, ok]),
    );
    return added;
  };
  expect(said({ intent: { template: 'handover' } })).toEqual([['template', false]]);
  expect(said({ intent: {} })).toEqual([]);
  expect(said({})).toEqual([]);
  expect(said({ intent: { template: 'board' }, board: {} })).toEqual([]);
});
