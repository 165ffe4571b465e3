import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Forecast } from '../../../shared/ipc/routes/forecast';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { makeSet } from './rows';

// Bug: presses that come while the forecast is still being made each have it learned, one after the other: at a million
// certificates the thread that checks and exports learned the same for ten seconds.
it('a forecast is learned once, however many ask for it', async () => {
  const office = newOffice();
  const told = join(office, 'lessons');
  const { entry, remove } = await buildStore([
    [
      'store/reader-thread.ts',
      (text) =>
        `import { appendFileSync } from 'node:fs';\n${text.replace(
          '=> school.learn(examples)',
          `=> (appendFileSync(${JSON.stringify(told)}, '.'), school.learn(examples))`,
        )}`,
    ],
  ]);
  const { store } = await openStore(entry, office);
  try {
    await loadSet(store, makeSet(600, 3));
    const filters = [{}, { kinds: ['special-operation'] }, { kinds: ['construction-b'] }, {}];
    const answers = await Promise.all(
      filters.map((filter) => ask<Forecast>(store, 'boards.forecast', { filter })),
    );
    expect(answers).toHaveLength(4);
    expect(readFileSync(told, 'utf8')).toBe('.');
  } finally {
    await store.call('close', {}).catch(() => undefined);
    remove();
    rmSync(office, { recursive: true, force: true });
  }
}, 60_000);
