import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES, ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { idSteps } from '../../../shared/protocol/columns';
import type { PagePublic } from '../../../shared/protocol/delta';
import type { StoreClient } from '../launcher';
import { openReadable } from '../sqlcipher';
import {
  columnBlock,
  EPOCH,
  MASTER,
  makeCheckpoint,
  makePage,
  makeSegments,
  REFERENCE,
  REGION,
} from './fixture';
import { buildStore, LOAD_ID, loadSet, newOffice, openStore } from './rig';
import { type FixtureRow, type FixtureSet, makeSet, TODAY } from './rows';

const LATE = ENTITY_ORDER.filter((entity) => ENTITIES[entity].isLate);
/** What a page changes in one field. */
const FIELD = { event: 'day', training: 'hours', exam: 'theory' } as const;
type Changing = keyof typeof FIELD;
const CHANGING = Object.keys(FIELD) as Changing[];

let entry: string;
let remove: () => void;
const offices: string[] = [];
const office = (): string => {
  offices.push(newOffice());
  return offices.at(-1) ?? '';
};
beforeAll(async () => {
  ({ entry, remove } = await buildStore());
});
afterAll(() => {
  remove();
  for (const dir of offices) rmSync(dir, { recursive: true, force: true });
});

/** The late rows and what is kept of them. */
function dump(dir: string): Record<string, unknown> {
  const db = openReadable({ path: join(dir, 'slice.db'), key: MASTER.slice });
  try {
    const all = (text: string) => db.all({ text, values: [] });
    return {
      ...Object.fromEntries(
        LATE.map((entity) => [entity, all(`select * from "${entity}" order by id`)]),
      ),
      buckets: all('select entity, bucket, hash from digest_bucket order by 1, 2'),
      counts: all("select value from sync_state where name = 'counts'"),
    };
  } finally {
    db.close();
  }
}

/** Revisions of the late rows that are here, by entity and id. */
function revisions(dir: string): Map<string, number> {
  const db = openReadable({ path: join(dir, 'slice.db'), key: MASTER.slice });
  try {
    return new Map(
      LATE.flatMap((entity) =>
        db
          .all({ text: `select id, rev from "${entity}"`, values: [] })
          .map((row): [string, number] => [`${entity} ${String(row[0])}`, Number(row[1])]),
      ),
    );
  } finally {
    db.close();
  }
}

interface Changed {
  readonly set: FixtureSet;
  readonly changes: PagePublic['changes'];
  /** Rows as they are now, by what became of them. */
  readonly patched: ReadonlyMap<string, FixtureRow>;
  readonly put: ReadonlyMap<string, FixtureRow>;
  readonly gone: ReadonlySet<string>;
}

const start = makeSet(60, 71);
const PLACES = new Map(
  CHANGING.flatMap((entity) =>
    start[entity].map(({ id }, i): [string, number] => [`${entity} ${id}`, i]),
  ),
);
const tenth = (entity: Changing, id: number) => (PLACES.get(`${entity} ${id}`) ?? 0) % 10;

/** Every tenth late row is patched, another is put whole, a third goes: in every part of every segment. */
function changeLate(set: FixtureSet, nth: number): Changed {
  const changes: Record<string, unknown> = {};
  const patched = new Map<string, FixtureRow>();
  const put = new Map<string, FixtureRow>();
  const gone = new Set<string>();
  const next = { ...set } as Record<Entity, readonly FixtureRow[]>;
  for (const entity of CHANGING) {
    const field = FIELD[entity];
    const grown = (row: FixtureRow): FixtureRow => ({
      ...row,
      rev: row.rev + 1,
      public: { ...row.public, [field]: Number(row.public[field] ?? 0) + 1 },
    });
    const rows = set[entity];
    // Some are patched again by the second page, on what the first left of them.
    const isOf = ({ id }: FixtureRow, tenths: number[]) => tenths.includes(tenth(entity, id));
    const before = rows.filter((row) => isOf(row, nth === 1 ? [0] : [0, 2]));
    const after = before.map(grown);
    const puts = rows.filter((row) => isOf(row, [2 * nth])).map(grown);
    const exits = rows.filter((row) => isOf(row, [4 + nth])).map(({ id }) => id);
    for (const row of after) patched.set(`${entity} ${row.id}`, row);
    for (const row of puts) put.set(`${entity} ${row.id}`, row);
    for (const id of exits) gone.add(`${entity} ${id}`);
    changes[entity] = {
      put: columnBlock(entity, puts),
      patch: [
        {
          fields: [field],
          ids: idSteps(before.map(({ id }) => id)),
          base: before.map(({ rev }) => rev),
          revs: after.map(({ rev }) => rev),
          columns: { [field]: after.map((row) => row.public[field] as number) },
        },
      ],
      exit: {
        ids: idSteps(exits),
        reasons: exits.map(() => 1),
        movedTo: exits.map(() => 0),
        days: exits.map(() => TODAY),
      },
    };
    const fresh = new Map([...after, ...puts].map((row) => [row.id, row]));
    next[entity] = rows
      .filter(({ id }) => !exits.includes(id))
      .map((row) => fresh.get(row.id) ?? row);
  }
  return {
    set: next as unknown as FixtureSet,
    changes: changes as PagePublic['changes'],
    patched,
    put,
    gone,
  };
}

const asLate = (entity: Entity) => ENTITIES[entity].isLate;

async function loadEarly(store: StoreClient, set: FixtureSet): Promise<void> {
  await store.call('loadBegin', LOAD_ID);
  for (const { sha256, object, sealed, entity } of makeSegments(set))
    if (!asLate(entity)) await store.call('loadSegment', { sha256, object, sealed });
  const finished = await store.call('loadFinish', {
    checkpoint: makeCheckpoint(set, 1),
    cursor: { region: REGION, epoch: EPOCH, rseq: 1, cursor: 'c1' },
    referencePack: REFERENCE,
    withLate: false,
  });
  expect(finished.isEqual).toBe(true);
}

describe('late rows that come after changes', () => {
  const first = changeLate(start, 1);
  const second = changeLate(first.set, 2);
  const segments = () => makeSegments(start, 40).filter(({ entity }) => asLate(entity));
  const count = segments().length;
  const half = Math.floor(count / 2);
  // Before any late segment, after the first, before the last, after all of them, and between.
  const places = [
    [0, 0],
    [0, half],
    [1, count - 1],
    [count, count],
  ] as const;

  // Would catch: a page that is refused because a late row is not here yet, a segment that puts an older row in the
  // place of a newer one or brings back one that went, a slice that never counts as whole, a repair that leaves some.
  it.each(places)(
    'a page after %i segments and another after %i',
    async (one, two) => {
      const dir = office();
      const { store } = await openStore(entry, dir);
      await loadEarly(store, start);
      const apply = async (changed: Changed, to: number) => {
        const page = makePage(changed.changes, to - 1, to);
        const checkpoint = makeCheckpoint(changed.set, to);
        const applied = await store.call('applyPage', { page, sealed: {}, checkpoint });
        expect(applied).toMatchObject({ isEqual: true, cursor: { rseq: to } });
      };
      const before = new Map<string, number>();
      const own = segments();
      for (let i = 0; i <= count; i++) {
        if (i === one) await apply(first, 2);
        if (i === two) await apply(second, 3);
        const segment = own[i];
        if (segment === undefined) break;
        const { sha256, object } = segment;
        await store.call('lateSegment', { sha256, object });
        for (const [row, rev] of revisions(dir)) {
          expect(rev).toBeGreaterThanOrEqual(before.get(row) ?? 0);
          before.set(row, rev);
        }
        expect((await store.call('state', {})).isWhole).toBe(false);
      }
      const here = revisions(dir);
      for (const row of [...first.gone, ...second.gone]) expect(here.has(row)).toBe(false);
      for (const [row, { rev }] of second.put) expect(here.get(row)).toBe(rev);
      const stale = LATE.flatMap((entity) =>
        second.set[entity].filter(({ id, rev }) => here.get(`${entity} ${id}`) !== rev),
      );
      const checkpoint = makeCheckpoint(second.set, 3);
      const finished = await store.call('lateFinish', {});
      expect(finished.isEqual).toBe(stale.length === 0);
      // All segments before both pages: there is nothing that the comparison could find.
      if (one === count) expect(stale).toEqual([]);
      // What pages put whole is here whenever it came, and what they change of that too.
      if (two === 0) expect(stale.length).toBe(first.patched.size);
      const state = await store.call('state', {});
      expect(state).toMatchObject({ isWhole: true, checkpoint: { root: checkpoint.root } });
      expect(state.lastVerify?.isEqual ?? true).toBe(stale.length === 0);
      if (stale.length > 0) {
        const begun = await store.call('repairBegin', {});
        expect(begun.entities.map(({ entity }) => entity)).toEqual(ENTITY_ORDER);
        const changes = Object.fromEntries(
          LATE.flatMap((entity) => {
            const own = second.set[entity].filter((row) => stale.includes(row));
            return own.length === 0 ? [] : [[entity, { put: columnBlock(entity, own) }]];
          }),
        );
        await store.call('repairApply', {
          pages: [{ page: makePage(changes, 3, 3), sealed: {} }],
          removed: [],
          differing: 1,
          end: { checkpoint, cursor: begun.cursor },
        });
        await store.call('repairEnd', {});
      }
      expect(await store.call('verify', { mode: 'quick' })).toMatchObject({
        isEqual: true,
        root: checkpoint.root,
      });
      await store.call('close', {});
      expect(dump(dir)).toEqual(await freshDump());
    },
    120_000,
  );

  let fresh: Record<string, unknown> | null = null;
  /** What a load of the end is. */
  async function freshDump(): Promise<Record<string, unknown>> {
    if (fresh !== null) return fresh;
    const dir = office();
    const { store } = await openStore(entry, dir);
    expect((await loadSet(store, second.set)).isEqual).toBe(true);
    await store.call('close', {});
    fresh = dump(dir);
    return fresh;
  }

  // Would catch: a renewal rate of 0 %, a year and past days without everybody who was renewed, a forecast learned from half of the
  // events: shown, exported and signed as if they were the office's, for as long as the line is away after a first load.
  it('make no figure of a board before all of them are here', async () => {
    const { store } = await openStore(entry, office());
    await loadEarly(store, start);
    const ask = async (route: string, input: object) => {
      const answer = (await store.call('portRequest', { route, input } as never)) as unknown as {
        readonly ok: boolean;
        readonly data?: Record<string, unknown>;
        readonly error?: { readonly code: string };
      };
      return answer.ok ? (answer.data ?? {}) : { code: answer.error?.code };
    };
    const board = { filter: {}, day: TODAY };
    const past = { filter: {}, day: TODAY - 40 };
    const company = Number(start.certificate[0]?.public.company);
    const looks = async () => ({
      today: await ask('boards.query', board),
      past: await ask('boards.query', past),
      staff: await ask('boards.staff', past),
      year: await ask('boards.trend', { filter: {} }),
      forecast: await ask('boards.forecast', { filter: {} }),
      company: await ask('records.company', { id: company }),
    });
    const own = segments();
    let notRenewed = -1;
    for (const [i, { sha256, object }] of own.entries()) {
      if (i === 0 || i === half) {
        const shown = await looks();
        notRenewed = (shown.today.renewal as { readonly ended: number }).ended;
        expect(shown.today).toMatchObject({ isWhole: false, total: 60, renewal: { renewed: 0 } });
        for (const body of shown.today.bodies as object[])
          expect(body).toMatchObject({ renewed: 0 });
        expect(shown.year).toEqual({ points: null, staff: null, unknown: 0, exams: [] });
        for (const refused of [shown.past, shown.staff, shown.forecast])
          expect(refused).toEqual({ code: 'BOARDS_INCOMPLETE' });
        expect(shown.company).toMatchObject({
          company: { isWhole: false, renewal: { renewed: 0 } },
        });
      }
      await store.call('lateSegment', { sha256, object });
    }
    expect((await store.call('lateFinish', {})).isEqual).toBe(true);
    const whole = await looks();
    expect(whole.today).toMatchObject({ isWhole: true, total: 60 });
    const { ended, renewed } = whole.today.renewal as { ended: number; renewed: number };
    expect(ended).toBeGreaterThan(renewed);
    expect(renewed).toBeGreaterThan(0);
    // What was not renewed as far as is known is what it was: it is counted from the certificates alone.
    expect(notRenewed).toBe(ended - renewed);
    expect(whole.past).toMatchObject({ isWhole: true, isPast: true });
    expect((whole.year.points as unknown[]).length).toBe(13);
    expect(whole.forecast).toHaveProperty('state');
    await store.call('close', {});
  });

  // Would catch: rows of certificates and persons that are passed over as late ones are, and late rows once all are in.
  it('an early row that a page does not fit is refused, and a late one once they are complete', async () => {
    const { store } = await openStore(entry, office());
    await loadEarly(store, start);
    const patch = (entity: 'certificate' | Changing, field: string) => ({
      [entity]: {
        patch: [
          {
            fields: [field],
            ids: idSteps([7_654_321]),
            base: [1],
            revs: [2],
            columns: { [field]: [1] },
          },
        ],
      },
    });
    const apply = (changes: PagePublic['changes'], rseq: number) =>
      store.call('applyPage', {
        page: makePage(changes, rseq, rseq + 1),
        sealed: {},
        checkpoint: makeCheckpoint(start, rseq + 1),
      });
    const code = 'SYNC_ROOT_MISMATCH';
    await expect(apply(patch('certificate', 'validTo'), 1)).rejects.toMatchObject({ code });
    expect(await apply(patch('event', 'day'), 1)).toMatchObject({ isEqual: true });
    for (const { sha256, object } of segments())
      await store.call('lateSegment', { sha256, object });
    expect((await store.call('lateFinish', {})).isEqual).toBe(true);
    await expect(apply(patch('event', 'day'), 2)).rejects.toMatchObject({ code });
    await store.call('close', {});
  });
});
