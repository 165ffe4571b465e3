import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CROSS_REGION_CONTENT_PATH,
  GrantEndSchema,
  GrantSchema,
} from '../../../shared/protocol/cross-region';
import { sweepGrants } from '../../cross-region/content';
import type { ServerParts } from '../../http/parts';
import { openPostgres } from '../../store/pg-client';
import type { SqlClient } from '../../store/sql-client';
import {
  type CrossRegionDesks,
  crossRegionDesks,
  type Desk,
  FIRST,
  HEAD,
  SCOPE,
  SECOND,
  standing,
} from '../cross-region-desks';
import { testCentral } from '../place';

const DAY_MS = 86_400_000;
const DECIDED = 'rejected request-decided';

let close: () => Promise<void>;
/** Connections of our own: they hold rows, and watch who waits for them. */
let other: SqlClient;
let parts: ServerParts;
const nowMs = Date.now();
let desks: CrossRegionDesks;

beforeAll(async () => {
  const made = await testCentral({ '3306': 60, '3302': 300, '3304': 60 }, { nowMs: () => nowMs });
  close = made.close;
  parts = (made.central as unknown as { readonly parts: ServerParts }).parts;
  other = await openPostgres(made.place.databaseUrl ?? '', made.place.databaseSchema);
  desks = await crossRegionDesks(made.central, () => nowMs);
}, 240_000);
afterAll(async () => {
  await other.close();
  await close();
});

/** Until so many connections wait for a lock of another. */
async function waiting(count: number): Promise<void> {
  let seen: unknown;
  for (const until = Date.now() + 30_000; Date.now() < until; await delay(25)) {
    const rows = await other.query<{ query: string }>(
      `select query from pg_stat_activity
       where wait_event_type = 'Lock' and datname = current_database()`,
    );
    if (rows.length === count) return;
    seen = rows;
  }
  throw new Error(`not ${count} who wait: ${JSON.stringify(seen)}`);
}

/** Acts that all are in the middle of it at one moment: they wait for rows of ours, in their order, until the last has come. */
async function atOnce<T>(
  held: readonly string[],
  acts: readonly (() => Promise<T>)[],
): Promise<readonly T[]> {
  let letGo: () => void = () => undefined;
  const isOver = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const holding = held.map((request) =>
    other.transaction(async (runner) => {
      await runner.query('select 1 from cross_request where request = $1 for update', [request]);
      await isOver;
    }),
  );
  const made: Promise<T>[] = [];
  try {
    for (const act of acts) {
      const one = act();
      made.push(one);
      const early = one.then((said) => {
        throw new Error(`did not wait: ${String(said)}`);
      });
      await Promise.race([waiting(made.length), early]);
      early.catch(() => undefined);
    }
  } finally {
    letGo();
    await Promise.all(holding);
  }
  return Promise.all(made);
}

const stateOf = async (request: string) => (await standing(desks.asking, request))?.state;
const kindsOf = async (request: string) =>
  (await standing(desks.asking, request))?.steps.map(({ kind, decision }) => `${kind} ${decision}`);
const grantsOf = (request: string) =>
  other.query<{ isOpen: boolean; hasKeys: boolean; hasEnd: boolean }>(
    `select ended_ms is null as "isOpen", keys is not null as "hasKeys", ended is not null as "hasEnd"
     from cross_grant where request = $1`,
    [request],
  );
const content = async ({ device }: Desk, request: string) =>
  (await device.get(`${CROSS_REGION_CONTENT_PATH}?grant=${request}`)).status;

async function endorsed(change: Partial<typeof SCOPE> = {}): Promise<string> {
  const request = await desks.ask(change);
  expect(await desks.decide(desks.asking, HEAD, request, 'approved')).toBe('applied');
  return request;
}

// Each with connections of its own that are in the same moment. Proved by mutation (2026-11-29): with `for update` out of
// `holdCrossRequest` all but the last one fail; with deadlocks judged as failures the last one does.
describe('decisions of one moment on PostgreSQL', () => {
  const approving =
    (at: Desk, who: typeof FIRST, request: string, scope = SCOPE) =>
    () =>
      desks.decide(at, who, request, 'approved', { scope });
  const refusing = (at: Desk, who: typeof FIRST, request: string) => () =>
    desks.decide(at, who, request, 'refused');

  // Bugs: two grants for one request, or a second decision that is put aside as not judged.
  it('approve against approve: the first decides', async () => {
    const { superior, besides } = desks;
    const request = await endorsed();
    const said = await atOnce(
      [request],
      [approving(superior, FIRST, request), approving(besides, SECOND, request)],
    );
    // The second finds a grant that he could only take back.
    expect(said).toEqual(['applied', DECIDED]);
    expect(await stateOf(request)).toBe('granted');
    expect(await kindsOf(request)).toEqual(['endorse approved', 'approve approved']);
    expect(await grantsOf(request)).toEqual([{ isOpen: true, hasKeys: false, hasEnd: false }]);
  });

  // Bug: one person is two, by two desks.
  it('one person at two desks is one approver', async () => {
    const { superior, besides } = desks;
    const scope = { ...SCOPE, mayExport: true };
    const request = await endorsed({ mayExport: true });
    const said = await atOnce(
      [request],
      [approving(superior, FIRST, request, scope), approving(besides, FIRST, request, scope)],
    );
    expect(said).toEqual(['applied', 'rejected approval-twice']);
    expect(await stateOf(request)).toBe('endorsed');
  });

  // Bugs: two approvals that do not know of each other: never a grant, or one that is wider than what the first left.
  it('two approvers make the one grant, within what the first left', async () => {
    const { asking, superior, besides } = desks;
    const scope = { ...SCOPE, mayExport: true };
    const narrow = { ...scope, days: 10 };
    const request = await endorsed({ mayExport: true });
    const said = await atOnce(
      [request],
      [approving(superior, FIRST, request, narrow), approving(besides, SECOND, request, narrow)],
    );
    expect(said).toEqual(['applied', 'applied']);
    const { grant } = (await standing(asking, request)) ?? {};
    expect(await asking.device.open(grant, GrantSchema)).toMatchObject({
      ...{ scope: narrow, approvers: ['人 7 7', '人 8 8'] },
    });
    const wider = await endorsed({ mayExport: true });
    const beyond = await atOnce(
      [wider],
      [approving(superior, FIRST, wider, narrow), approving(besides, SECOND, wider, scope)],
    );
    expect(beyond).toEqual(['applied', 'rejected approval-beyond']);
    expect(await grantsOf(wider)).toEqual([]);
  });

  // Bug: what was refused is granted all the same; a refusal that came second leaves the grant as it is.
  it('approve against refuse: a refusal holds, whichever is first', async () => {
    const { asking, superior, besides } = desks;
    const refused = await endorsed();
    const first = await atOnce(
      [refused],
      [refusing(besides, SECOND, refused), approving(superior, FIRST, refused)],
    );
    expect(first).toEqual(['applied', DECIDED]);
    expect([await stateOf(refused), await grantsOf(refused)]).toEqual(['refused', []]);

    const ended = await endorsed();
    const second = await atOnce(
      [ended],
      [approving(superior, FIRST, ended), refusing(besides, SECOND, ended)],
    );
    expect(second).toEqual(['applied', 'applied']);
    expect(await stateOf(ended)).toBe('ended');
    expect(await kindsOf(ended)).toEqual([
      'endorse approved',
      'approve approved',
      'revoke refused',
    ]);
    expect(await grantsOf(ended)).toEqual([{ isOpen: false, hasKeys: false, hasEnd: true }]);
    expect(await content(asking, ended)).toBe(404);
  });

  // Bug: a grant that is taken back twice has two ends; an approval of the same moment brings it back.
  it('approve against end: what was taken back stays so', async () => {
    const { asking, superior, besides } = desks;
    const request = await desks.granted();
    const said = await atOnce(
      [request],
      [refusing(besides, SECOND, request), approving(superior, FIRST, request)],
    );
    expect(said).toEqual(['applied', DECIDED]);
    expect(await stateOf(request)).toBe('ended');
    const twice = await desks.granted();
    const both = await atOnce(
      [twice],
      [refusing(besides, SECOND, twice), refusing(superior, FIRST, twice)],
    );
    expect(both).toEqual(['applied', DECIDED]);
    const { end } = (await standing(asking, twice)) ?? {};
    expect(await asking.device.open(end, GrantEndSchema)).toMatchObject({ grant: twice });
  });

  // Bug: the head's refusal at one desk and his consent at another are both there, and the request goes on.
  it('endorse against refuse: the first word of the head holds', async () => {
    const { asking, superior } = desks;
    const second = await desks.own();
    const refused = await desks.ask();
    const no = await atOnce(
      [refused],
      [refusing(second, HEAD, refused), () => desks.decide(asking, HEAD, refused, 'approved')],
    );
    expect(no).toEqual(['applied', DECIDED]);
    expect(await standing(superior, refused)).toBeUndefined();
    const going = await desks.ask();
    const yes = await atOnce(
      [going],
      [() => desks.decide(asking, HEAD, going, 'approved'), refusing(second, HEAD, going)],
    );
    expect([yes, await stateOf(going)]).toEqual([['applied', DECIDED], 'endorsed']);
  });

  // Bug: the sweep takes its rows in the other order: it and who takes a grant back wait for each other, and one of them fails.
  it('the end of a grant’s time against taking it back: both come through', async () => {
    const { superior } = desks;
    const request = await desks.granted({ days: 1 });
    // The centre sweeps at each question and by itself: the time is over for this one sweep alone.
    const later = () => nowMs + 2 * DAY_MS;
    const said = await atOnce<unknown>(
      [request],
      [
        refusing(superior, FIRST, request),
        () => sweepGrants({ client: other, objects: parts.objects, nowMs: later }),
      ],
    );
    expect(said).toEqual(['applied', undefined]);
    expect(await stateOf(request)).toBe('ended');
    expect(await grantsOf(request)).toEqual([{ isOpen: false, hasKeys: false, hasEnd: true }]);
  });

  // Bug: of two desks that decide the same requests in another order the database ends one transaction; its signed decisions are then
  // kept as "not judged", and nobody judges them again.
  it('many requests in another order: who is sent away comes again, and every decision is judged', async () => {
    const { superior, besides } = desks;
    const [one, two] = [await endorsed(), await endorsed()];
    const said = async (
      at: Desk,
      who: typeof FIRST,
      decision: 'approved' | 'refused',
      ...of: string[]
    ) => {
      const scope = decision === 'approved' ? { scope: SCOPE } : {};
      const told = [];
      for (const request of of)
        told.push({
          kind: 'approval',
          payload: await desks.decided(at, who, request, decision, scope),
        });
      return at.outbox.tellAll(told, who.userId).catch(() => at.outbox.again());
    };
    const answers = await atOnce(
      [one, two],
      [
        () => said(superior, FIRST, 'refused', one, two),
        () => said(besides, SECOND, 'refused', two, one),
      ],
    );
    const last = answers.map((list) => list.slice(-2).sort());
    expect(last.sort()).toEqual([
      ['applied', 'applied'],
      [DECIDED, DECIDED],
    ]);
    expect([await stateOf(one), await stateOf(two)]).toEqual(['refused', 'refused']);
  });
});
