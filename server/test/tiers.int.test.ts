import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entity } from '../../shared/domain/model';
import { CHECKPOINT_HEADER, objectPath, PATHS } from '../../shared/protocol/endpoints';
import { type Manifest, ManifestSchema } from '../../shared/protocol/manifest';
import type { PageHeader } from '../../shared/protocol/segment';
import { missingParts, shortestCover } from '../../shared/protocol/tier-cover';
import type { Central } from '../central';
import { enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';
import { openObject, Replica } from './replica';

const REGION = '3306';
const OTHER = '3301';
const DAY_MS = 86_400_000;
let central: Central;
let close: () => Promise<void>;
let device: TestDevice;
/** The server's clock runs ahead of ours by this much. */
let aheadMs = 0;

const manifestOf = async (): Promise<Manifest> => {
  const { payload } = JSON.parse((await device.get(PATHS.manifest)).body.toString('utf8'));
  return ManifestSchema.parse(JSON.parse(payload));
};
const objectOf = async (sha256: string): Promise<Buffer> => {
  const raw = await device.get(objectPath(sha256));
  if (raw.status !== 200) throw new Error(raw.body.toString('utf8'));
  return raw.body;
};

/** A device's slice: its rows, where it stands, and the last state that it held whole. */
interface Held {
  readonly replica: Replica;
  cursor: string;
  position: number;
  whole: number;
}

async function load(manifest: Manifest): Promise<Held> {
  const replica = new Replica(device.keys);
  for (const { sha256 } of manifest.segments) replica.segment(await objectOf(sha256));
  const { rseq } = manifest.base;
  return { replica, cursor: manifest.cursor, position: rseq, whole: rseq };
}

const advance = (held: Held, header: PageHeader): void => {
  if (header.to > held.position)
    Object.assign(held, { position: header.to, cursor: header.cursor });
  if (!header.hasMore) held.whole = header.to;
};

/** Live pages: all, or only the first `limit`. */
async function live(held: Held, maxRows: number, limit = Number.POSITIVE_INFINITY): Promise<void> {
  for (let page = 0; page < limit; page++) {
    const raw = await device.get(`${PATHS.changes}?cursor=${held.cursor}&maxRows=${maxRows}`);
    const header = held.replica.page(raw.body);
    advance(held, header);
    if (!header.hasMore) {
      const proof = Buffer.from(String(raw.headers[CHECKPOINT_HEADER]), 'base64url');
      const { payload } = JSON.parse(proof.toString('utf8'));
      expect(held.replica.root()).toBe(JSON.parse(payload).root);
      return;
    }
  }
}

/** The cover that the product takes; every tier must lead to the state that it claims. */
async function byTiers(held: Held, manifest: Manifest): Promise<number> {
  let objects = 0;
  for (const tier of shortestCover(manifest.tiers, held)) {
    for (const { sha256 } of missingParts(tier, held.whole)) {
      const header = held.replica.page(await objectOf(sha256));
      objects++;
      advance(held, header);
      if (!header.hasMore) expect(held.replica.root()).toBe(header.checkpoint?.root);
    }
    expect(held.whole).toBe(tier.to);
  }
  return objects;
}

const dump = ({ rows }: Replica): string =>
  JSON.stringify(
    [...rows].map(([entity, own]) => [
      entity,
      [...own]
        .sort(([a], [b]) => a - b)
        .map(([id, { rev, values, secret }]) => [
          id,
          rev,
          Object.entries(values).sort(),
          Object.entries(secret).sort(),
        ]),
    ]),
  );

beforeAll(async () => {
  ({ central, close } = await testCentral(
    { [REGION]: 200, [OTHER]: 20 },
    { nowMs: () => Date.now() + aheadMs, tierRows: 6 },
  ));
  const { code } = await central.createEnrolment({
    name: '局',
    region: REGION,
    users: [{ badge: '1', name: '甲', role: 'inspector' }],
    validMs: 1_000 * DAY_MS,
  });
  device = await enrolTestDevice(central.url, code);
});
afterAll(() => close());

const anyId = (held: Held, entity: Entity, seed: number): number => {
  const ids = [...held.replica.of(entity).keys()];
  return ids[seed % ids.length] as number;
};

describe('delta tiers', () => {
  // Would catch: a tier that lacks a change, a patch on a revision that some device has not, an exit that only
  // devices at its beginning need not get, or a cover that ends elsewhere than live pages or a snapshot.
  it('lead any slice, wherever it stopped, to the same rows as live pages and a snapshot', async () => {
    const base = await manifestOf();
    const slices: Held[] = [await load(base), await load(base)];
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          random: fc.integer({ min: 1, max: 8 }),
          seed: fc.string({ maxLength: 4 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ move: fc.nat(1_000) }) },
      { weight: 1, arbitrary: fc.record({ back: fc.nat(1_000) }) },
      { weight: 2, arbitrary: fc.record({ days: fc.integer({ min: 1, max: 40 }) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          pages: fc.integer({ min: 1, max: 3 }),
          slice: fc.nat(3),
          maxRows: fc.constantFrom(1, 5, 50),
        }),
      },
    );
    const away: number[] = [];
    const act = async (one: object): Promise<void> => {
      if ('random' in one) await central.mutate({ region: REGION, ...one } as never);
      else if ('days' in one) {
        aheadMs += (one.days as number) * DAY_MS;
        await central.tiers(REGION);
      } else if ('move' in one) {
        const person = anyId(slices[0] as Held, 'person', one.move as number);
        const isMoved = await central
          .mutate({ region: REGION, movePerson: person, to: OTHER })
          .then(
            () => true,
            (error: Error) => {
              if (error.name !== 'RowMissing') throw error;
              return false;
            },
          );
        if (isMoved) away.push(person);
      } else if ('back' in one) {
        const person = away.splice((one.back as number) % (away.length + 1), 1)[0];
        if (person !== undefined)
          await central.mutate({ region: OTHER, movePerson: person, to: REGION });
      } else {
        const { pages, slice, maxRows } = one as { pages: number; slice: number; maxRows: number };
        await live(slices[slice % slices.length] as Held, maxRows, pages);
      }
    };
    let objects = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 9 }),
        fc.boolean(),
        async (history, isFirst) => {
          for (const one of history) await act(one);
          aheadMs += DAY_MS;
          await central.tiers(REGION);
          const manifest = await manifestOf();
          const [first, second] = slices as [Held, Held];
          const tiered = isFirst ? first : second;
          objects += await byTiers(tiered, manifest);
          await live(tiered, 7);
        },
      ),
      { numRuns: 8 },
    );
    await central.snapshot(REGION);
    const fresh = await load(await manifestOf());
    const paged = await load(base);
    const covered = await load(base);
    objects += await byTiers(covered, await manifestOf());
    for (const one of [...slices, paged, covered]) {
      await live(one, 11);
      expect(dump(one.replica)).toBe(dump(fresh.replica));
    }
    expect(objects).toBeGreaterThan(3);
  }, 600_000);

  // Would catch: history that is replayed instead of net changes.
  it('ship a row that changed ten times once, and a row that came and left not at all', async () => {
    await central.tiers(REGION);
    const held = await load(await manifestOf());
    const [id, gone] = [anyId(held, 'certificate', 3), 88_888_888];
    for (let day = 20_001; day <= 20_010; day++)
      await central.mutate({
        region: REGION,
        changes: [{ op: 'patch', entity: 'certificate', id, fields: { reviewDone: day } }],
      });
    const company = held.replica.of('company').values().next().value?.values;
    await central.mutate({
      region: REGION,
      changes: [{ op: 'put', entity: 'company', id: gone, values: { ...company } }],
    });
    await central.mutate({
      region: REGION,
      changes: [{ op: 'exit', entity: 'company', id: gone, reason: 'erroneous', day: 20_010 }],
    });
    const tier = (await central.tiers(REGION)).find(({ from }) => from === held.whole);
    const { content, header } = openObject(
      await objectOf(tier?.parts[0]?.sha256 ?? ''),
      device.keys,
    );
    const { changes } = content as {
      changes: Record<
        string,
        { put?: object; patch?: { ids: number[]; fields: string[] }[]; exit?: { ids: number[] } }
      >;
    };
    expect(changes.certificate?.patch).toMatchObject([{ ids: [id], fields: ['reviewDone'] }]);
    // Its content does not travel; that it is gone does, for a slice that stopped while it was there.
    expect([changes.company?.put, changes.company?.exit?.ids]).toEqual([undefined, [gone]]);
    expect((header as PageHeader).since).toBe(tier?.from);
    const page = openObject(
      (await device.get(`${PATHS.changes}?cursor=${held.cursor}`)).body,
      device.keys,
    );
    expect(JSON.stringify(page.content)).not.toContain(String(gone));
    expect(await central.tiers(REGION)).toEqual([]);
  });

  // Would catch: an object removed while a valid manifest lists it, or one that is kept for ever.
  it('keep their objects until no valid manifest names them', async () => {
    const held = await load(await manifestOf());
    let day = 20_100;
    const change = () => {
      const id = anyId(held, 'certificate', 5);
      const fields = { reviewDone: ++day };
      return central.mutate({
        region: REGION,
        changes: [{ op: 'patch', entity: 'certificate', id, fields }],
      });
    };
    await change();
    await central.tiers(REGION);
    await change();
    // Whatever else was due came with the one before: this is a day's.
    const last = (await central.tiers(REGION)).at(-1);
    expect(last?.tier).toBe('day');
    const name = last?.parts[0]?.sha256 ?? '';
    for (const days of [10, 6]) {
      aheadMs += days * DAY_MS;
      await change();
      await central.tiers(REGION);
      expect((await device.get(objectPath(name))).status).toBe(200);
    }
    expect(JSON.stringify((await manifestOf()).tiers)).not.toContain(name);
    aheadMs += 10 * DAY_MS;
    await change();
    await central.tiers(REGION);
    expect((await device.get(objectPath(name))).status).toBe(404);
    for (const { parts } of (await manifestOf()).tiers)
      for (const { sha256 } of parts) expect((await objectOf(sha256)).length).toBeGreaterThan(0);
  });

  // Would catch: tiers that only a person's command builds, or a thousand builds when a thousand devices ask.
  it('come by themselves when the manifest is renewed', async () => {
    await central.mutate({ region: REGION, random: 3, seed: 'renewal' });
    aheadMs += 2 * DAY_MS;
    const before = await manifestOf();
    const answers = await Promise.all([manifestOf(), manifestOf(), manifestOf()]);
    for (const one of answers) expect(one).toEqual(before);
    const head = (await central.status()).regions.find(({ region }) => region === REGION)?.head;
    expect(Math.max(...before.tiers.map(({ to }) => to))).toBe(head);
  });
});
