import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pileOf } from '../../../shared/domain/batch/verdicts';
import { boardRoutes } from '../../../shared/ipc/routes/boards';
import { dossierRoutes } from '../../../shared/ipc/routes/dossiers';
import { recordRoutes } from '../../../shared/ipc/routes/records';
import { searchRoutes } from '../../../shared/ipc/routes/search';
import type { StoreClient } from '../launcher';
import { ask, buildStore, loadSet, newOffice, openStore } from './rig';
import { type FixtureSet, makeSet, TODAY } from './rows';

/** A newer centre's slice: every tenth certificate has a kind, every seventh event a type that no word is known for. */
const KIND = 15;
const EVENT = 31;
const plain = makeSet(400, 5);
const set: FixtureSet = {
  ...plain,
  certificate: plain.certificate.map((row, i) =>
    i % 10 === 0 ? { ...row, public: { ...row.public, kind: KIND, category: 9901 } } : row,
  ),
  event: plain.event.map((row, i) =>
    i % 7 === 0 ? { ...row, public: { ...row.public, type: EVENT } } : row,
  ),
};
const strange = set.certificate.filter(({ public: { kind } }) => kind === KIND);
const USABLE: readonly string[] = ['valid', 'expiring', 'review-due'];

let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient;

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = newOffice();
  ({ store } = await openStore(entry, office));
  expect((await loadSet(store, set)).isEqual).toBe(true);
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  rmSync(office, { recursive: true, force: true });
});

const list = async (filter: object) =>
  searchRoutes['search.query'].output.parse(
    await ask(store, 'search.query', { text: '', filter, offset: 0, limit: 200 }),
  );

// Would catch: one row of a newer centre that makes a whole list unreadable, or that reads as usable without its rules.
it('lists certificates of a kind that nobody here knows, none of them as usable', async () => {
  const ids = strange.map(({ id }) => id);
  const answer = await list({ certificates: ids });
  expect(answer.items.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(new Set(answer.items.map(({ kind }) => kind))).toEqual(new Set([`unknown-${KIND}`]));
  const statuses = answer.items.map(({ validity }) => validity);
  expect(statuses.filter(({ status }) => USABLE.includes(status))).toEqual([]);
  expect(statuses.filter(({ colour }) => colour === 'green')).toEqual([]);
  // What is certain without rules is said as ever: the dates, and what an issuer did.
  const ended = strange.filter(
    ({ public: { validTo, baseStatus } }) => Number(validTo) < TODAY && baseStatus === 1,
  );
  expect(ended.length).toBeGreaterThan(0);
  expect(statuses.filter(({ status }) => status === 'expired')).toHaveLength(ended.length);
});

// Would catch: a board whose kinds do not add up, and a list behind a number that differs from it.
it('counts them on boards as what they are', async () => {
  const board = boardRoutes['boards.query'].output.parse(
    await ask(store, 'boards.query', { filter: {}, day: TODAY }),
  );
  expect(board.kinds.find(({ kind }) => kind === `unknown-${KIND}`)?.total).toBe(strange.length);
  expect(board.kinds.reduce((sum, { total }) => sum + total, 0)).toBe(board.total);
  // Would catch: a kind that is counted and cannot be opened or narrowed to.
  const own = { kinds: [`unknown-${KIND}`] };
  expect((await list(own)).total).toBe(strange.length);
  const narrowed = boardRoutes['boards.query'].output.parse(
    await ask(store, 'boards.query', { filter: own, day: TODAY }),
  );
  expect(narrowed.total).toBe(strange.length);
  expect(narrowed.kinds.map(({ kind }) => kind)).toEqual([`unknown-${KIND}`]);
  expect((await list({ kinds: ['unknown-99'] })).total).toBe(0);
  const unruled = await list({ statuses: ['under-verification'] });
  expect(board.byStatus['under-verification']).toBe(unruled.items.length);
  expect(unruled.items.every(({ kind }) => kind === `unknown-${KIND}`)).toBe(true);
});

// Would catch: a record that cannot be opened for its kind or for one entry of its history.
it('opens records, persons and companies with unknown codes', async () => {
  const [row] = strange;
  if (row === undefined) throw new Error('set');
  for (const id of [
    row.id,
    ...set.event.slice(0, 30).map((one) => Number(one.public.certificate)),
  ]) {
    const answer = recordRoutes['records.certificate'].output.parse(
      await ask(store, 'records.certificate', { id }),
    );
    const types = set.event.filter(({ public: one }) => one.certificate === id);
    const unknown = types.filter(({ public: one }) => one.type === EVENT);
    const shown = answer.record?.events.filter(({ type }) => type === `unknown-${EVENT}`);
    expect(answer.record?.events).toHaveLength(types.length);
    expect(shown).toHaveLength(unknown.length);
    if (id === row.id) expect(answer.record?.hoursRequired).toBeNull();
  }
  dossierRoutes['records.person'].output.parse(
    await ask(store, 'records.person', { id: Number(row.public.holder) }),
  );
  const { company } = dossierRoutes['records.company'].output.parse(
    await ask(store, 'records.company', { id: Number(row.public.company) }),
  );
  expect(company?.kinds.map(({ kind }) => kind)).toContain(`unknown-${KIND}`);
});

// Would catch: a list whose judging fails for one such row, and a verdict that lets its holder pass.
it('judges rows of a list, and lets nobody pass by an unknown kind', async () => {
  const rows = set.certificate.slice(0, 200).map((certificate) => {
    const person = set.person.find(({ id }) => id === certificate.public.holder);
    return {
      name: null,
      idNumber: String(person?.private?.idNumber),
      number: null,
      validTo: Number(certificate.public.validTo),
      fault: null,
    };
  });
  const judged = await store.call('batchJudge', { rows });
  const unknown = judged.filter(({ kind }) => kind === `unknown-${KIND}`);
  expect(unknown.length).toBeGreaterThan(0);
  expect(unknown.filter(({ verdict }) => ['good', 'soon'].includes(pileOf(verdict)))).toEqual([]);
});
