import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PagePublic } from '../../../shared/protocol/delta';
import { columnBlock, makeCheckpoint, makePage, sealedColumns } from './fixture';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { makeSet, TODAY } from './rows';

const set = makeSet(300, 3);

// Bug: threads that are never told of a press, so that rows of a synchronisation are written beside it; or a press that stands
// still for itself.
it('what is written beside a press stands still for it, and goes on', async () => {
  const office = newOffice();
  const told = join(office, 'stood');
  const write = `appendFileSync(${JSON.stringify(told)}, workerData.role + ' '),`;
  const { entry, remove } = await buildStore([
    [
      'platform/press-pass.ts',
      (text) =>
        `import { appendFileSync } from 'node:fs';\nimport { workerData } from 'node:worker_threads';\n${text
          // However busy the machine is that tests it, the press is not over before its page comes.
          .replace('HOLD_MS = 90', 'HOLD_MS = 60_000')
          .replace(
            'Atomics.wait(nothing, 0, 0, left)',
            `(${write} Atomics.wait(nothing, 0, 0, 50))`,
          )
          .replace('setTimeout(resolve, left)', `(${write} setTimeout(resolve, 50))`)}`,
    ],
  ]);
  const { store } = await openStore(entry, office);
  const roles = (): readonly string[] =>
    existsSync(told) ? [...new Set(readFileSync(told, 'utf8').trim().split(' '))].sort() : [];
  try {
    await loadSet(store, set);
    expect(roles()).toEqual([]);
    const board = await ask(store, 'boards.query', { filter: {}, day: TODAY });
    expect(roles()).toEqual([]);
    const certificate = sealedColumns('certificate', set.certificate);
    const changes = { certificate: { put: columnBlock('certificate', set.certificate) } };
    const page = makePage(changes as PagePublic['changes'], 1, 2);
    const sealed = certificate === null ? {} : { certificate };
    await store.call('applyPage', { page, sealed, checkpoint: makeCheckpoint(set, 2) });
    expect(roles()).toEqual(['reader', 'slice']);
    expect(await ask(store, 'boards.query', { filter: {}, day: TODAY })).toMatchObject({
      total: (board as { total: number }).total,
    });
  } finally {
    await store.call('close', {}).catch(() => undefined);
    remove();
    rmSync(office, { recursive: true, force: true });
  }
}, 60_000);
