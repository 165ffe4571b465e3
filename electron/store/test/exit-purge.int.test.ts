import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_REASONS } from '../../../shared/domain/model';
import { idSteps } from '../../../shared/protocol/columns';
import type { PagePublic } from '../../../shared/protocol/delta';
import type { RecordOutput } from '../queries/record';
import type { SearchOutput } from '../queries/search';
import { MASTER, makeCheckpoint, makePage } from './fixture';
import { readIndependently } from './independent/plain-content';
import { decryptFile } from './independent/sqlcipher4';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { type FixtureSet, makeSet, TODAY } from './rows';

let entry: string;
let remove: () => void;
const dir = newOffice();
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => {
  remove();
  rmSync(dir, { recursive: true, force: true });
});

const NAME = '欧阳独一无二';
const INITIALS = 'oydywe';

/** The set without a person and everything that is theirs, and the page that takes them away. */
function leaving(
  set: FixtureSet,
  person: number,
): { readonly after: FixtureSet; readonly page: Buffer } {
  const certificates = new Set(
    set.certificate.filter((row) => row.public.holder === person).map(({ id }) => id),
  );
  const own = {
    person: set.person.filter(({ id }) => id === person),
    certificate: set.certificate.filter(({ id }) => certificates.has(id)),
    event: set.event.filter((row) => certificates.has(Number(row.public.certificate))),
  };
  const changes: PagePublic['changes'] = {};
  const after = { ...set };
  for (const entity of ['person', 'certificate', 'event'] as const) {
    const ids = own[entity].map(({ id }) => id).sort((a, b) => a - b);
    if (ids.length === 0) continue;
    changes[entity] = {
      exit: {
        ids: idSteps(ids),
        reasons: ids.map(() => EXIT_REASONS.moved),
        movedTo: ids.map(() => 3301),
        days: ids.map(() => TODAY),
      },
    };
    Object.assign(after, { [entity]: set[entity].filter(({ id }) => !ids.includes(id)) });
  }
  return { after, page: makePage(changes, 1, 2) };
}

const find = (store: Awaited<ReturnType<typeof openStore>>['store'], text: string) =>
  ask<SearchOutput>(store, 'search.query', { text, filter: {}, offset: 0, limit: 10 });

describe('a row that leaves the scope', () => {
  // Would catch: a person who left and is still found, or whose name, pinyin, sealed number or search tags stay
  // behind in a table, in a free page of the file or in its log; a search that cannot say where they went.
  it('is gone from rows, names, tags and the bytes of the file, and leaves where it went', async () => {
    const raw = makeSet(300, 21);
    const holder = Number(raw.certificate[7]?.public.holder);
    const set: FixtureSet = {
      ...raw,
      person: raw.person.map((row) =>
        row.id === holder ? { ...row, public: { ...row.public, name: NAME } } : row,
      ),
    };
    const { store } = await openStore(entry, dir);
    await loadSet(store, set);
    const certificate = set.certificate.find((row) => row.public.holder === holder)?.id ?? 0;
    expect((await find(store, NAME)).total).toBeGreaterThan(0);
    expect((await find(store, INITIALS)).total).toBeGreaterThan(0);
    await store.call('close', {});
    const path = join(dir, 'slice.db');
    const before = readIndependently(path, MASTER.slice);
    const columns = before.person?.columns ?? [];
    const row = JSON.parse(
      before.person?.rows.find((text) => JSON.parse(text)[columns.indexOf('id')] === holder) ??
        '[]',
    ) as unknown[];
    const blobs = row.flatMap((cell) =>
      typeof cell === 'object' && cell !== null
        ? [Buffer.from((cell as { hex: string }).hex, 'hex')]
        : [],
    );
    expect(blobs.length).toBeGreaterThan(1);
    const isInFile = (needle: Buffer) =>
      decryptFile(readFileSync(path), MASTER.slice).indexOf(needle) >= 0;
    expect([Buffer.from(NAME), ...blobs].map(isInFile)).not.toContain(false);

    const again = await openStore(entry, dir, { create: false });
    const { after, page } = leaving(set, holder);
    const applied = await again.store.call('applyPage', {
      page,
      sealed: {},
      checkpoint: makeCheckpoint(after, 2),
    });
    expect(applied.isEqual).toBe(true);
    expect([
      (await find(again.store, NAME)).total,
      (await find(again.store, INITIALS)).total,
    ]).toEqual([0, 0]);
    expect(
      await ask<RecordOutput>(again.store, 'records.certificate', { id: certificate }),
    ).toEqual({
      record: null,
      movedTo: '3301',
    });
    await again.store.call('close', {});

    const left = readIndependently(path, MASTER.slice);
    for (const table of ['person', 'certificate', 'event', 'name', 'name_key'] as const)
      expect([table, left[table]?.rows.some((text) => text.includes(NAME))]).toEqual([
        table,
        false,
      ]);
    const ids = left.person?.rows.map((text) => JSON.parse(text)[columns.indexOf('id')]);
    expect(ids).not.toContain(holder);
    expect(left.name_key?.rows.some((text) => text.includes(INITIALS))).toBe(false);
    expect([Buffer.from(NAME), ...blobs].map(isInFile)).not.toContain(true);
  });
});
