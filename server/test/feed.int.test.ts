import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ID_TYPES } from '../../shared/domain/model';
import { CHECKPOINT_HEADER, objectPath, PATHS } from '../../shared/protocol/endpoints';
import { CheckpointSchema, type Manifest, ManifestSchema } from '../../shared/protocol/manifest';
import type { Central } from '../central';
import type { MutateOptions } from '../central-options';
import { enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';
import { Replica } from './replica';

const REGION = '3306';
const OTHER = '3301';
let central: Central;
let close: () => Promise<void>;
let device: TestDevice;
let stay: TestDevice;

const enrol = async (region: string) =>
  enrolTestDevice(
    central.url,
    (
      await central.createEnrolment({
        name: '局',
        region,
        users: [{ badge: '1', name: '甲', role: 'inspector' }],
      })
    ).code,
  );

async function load(of: TestDevice): Promise<{ replica: Replica; manifest: Manifest }> {
  const manifest = await of.open(
    JSON.parse((await of.get(PATHS.manifest)).body.toString('utf8')),
    ManifestSchema,
  );
  const replica = new Replica(of.keys);
  for (const { sha256 } of manifest.segments)
    replica.segment((await of.get(objectPath(sha256))).body);
  return { replica, manifest };
}

/** Pulls pages until the end; `between` runs after each page. Returns the last cursor and the pages taken. */
async function follow(
  of: TestDevice,
  replica: Replica,
  from: string,
  maxRows: number,
  between: (page: number) => Promise<void> = async () => undefined,
) {
  let cursor = from;
  for (let pages = 1; ; pages++) {
    const raw = await of.get(`${PATHS.changes}?cursor=${cursor}&maxRows=${maxRows}`);
    if (raw.status !== 200) throw new Error(raw.body.toString('utf8'));
    const header = replica.page(raw.body);
    cursor = header.cursor;
    if (!header.hasMore) {
      const proof = JSON.parse(
        Buffer.from(String(raw.headers[CHECKPOINT_HEADER]), 'base64url').toString('utf8'),
      );
      const checkpoint = await of.open(proof, CheckpointSchema);
      return { cursor, checkpoint, pages };
    }
    await between(pages);
  }
}

beforeAll(async () => {
  ({ central, close } = await testCentral({ [REGION]: 400, [OTHER]: 50 }));
  device = await enrol(REGION);
  stay = await enrol(OTHER);
});
afterAll(() => close());

const dump = (replica: Replica): string =>
  JSON.stringify(
    [...replica.rows].map(([entity, rows]) => [
      entity,
      [...rows]
        .sort(([a], [b]) => a - b)
        .map(([id, { rev, values, secret }]) => [
          id,
          rev,
          Object.entries(values).sort(),
          Object.entries(secret).sort(),
        ]),
    ]),
  );

describe('the change feed', () => {
  // Would catch: a generated slice whose segments do not make up the signed root.
  it('begins with a snapshot that equals its signed root', async () => {
    const { replica, manifest } = await load(device);
    expect(replica.root()).toBe(manifest.base.root);
    for (const [entity, count] of Object.entries(manifest.base.counts))
      expect(replica.of(entity as 'person').size).toBe(count);
  });

  // Would catch: a delta that lacks a change, sends one on a wrong revision, or ends elsewhere than a fresh snapshot; page sizes and changes in between matter.
  it('brings an old slice to the state of a fresh one, whatever happened', async () => {
    let { replica, manifest } = await load(device);
    let { cursor } = manifest;
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          random: fc.integer({ min: 1, max: 6 }),
          seed: fc.string({ maxLength: 4 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ move: fc.nat(1_000) }) },
      { weight: 1, arbitrary: fc.record({ back: fc.nat(1_000) }) },
    );
    const act = async (
      one: { random: number; seed: string } | { move: number } | { back: number },
    ): Promise<void> => {
      if ('random' in one) return central.mutate({ region: REGION, ...one } as MutateOptions);
      const [from, to] = 'move' in one ? [REGION, OTHER] : [OTHER, REGION];
      const people = [...(await load(from === REGION ? device : stay)).replica.of('person').keys()];
      const person = people[('move' in one ? one.move : one.back) % people.length];
      // The snapshot may be older than the last move: then that person is not there any more.
      await central
        .mutate({ region: from, movePerson: person as number, to })
        .catch((error: unknown) => {
          if (!(error instanceof Error && error.name === 'RowMissing')) throw error;
        });
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 4 }),
        fc.array(step, { maxLength: 2 }),
        fc.constantFrom(1, 3, 7, 1_000),
        async (before, during, maxRows) => {
          for (const one of before) await act(one);
          const pending = [...during];
          const end = await follow(device, replica, cursor, maxRows, async () => {
            const one = pending.shift();
            if (one !== undefined) await act(one);
          });
          cursor = end.cursor;
          expect(end.checkpoint.root).toBe(replica.root());
        },
      ),
      { numRuns: 12 },
    );
    await central.snapshot(REGION);
    await central.snapshot(OTHER);
    const fresh = await load(device);
    expect(dump(replica)).toBe(dump(fresh.replica));
    expect(replica.patched).toBeGreaterThan(0);
    ({ replica, manifest } = fresh);
  });

  // Would catch: numbers handed out before their transaction commits, so that a reader passes a change and never sees it.
  it('has no gaps under concurrent writers and a reader', async () => {
    const { replica, manifest } = await load(device);
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; i < 6; i++)
        await central.mutate({ region: REGION, random: 2, seed: `${writer}-${i}` });
    };
    let isWriting = true;
    const writers = Promise.all([1, 2, 3, 4].map(write)).finally(() => {
      isWriting = false;
    });
    let { cursor } = manifest;
    while (isWriting) {
      const end = await follow(device, replica, cursor, 5);
      expect(end.checkpoint.root).toBe(replica.root());
      cursor = end.cursor;
    }
    await writers;
    const end = await follow(device, replica, cursor, 5);
    expect(end.checkpoint.root).toBe(replica.root());
  });

  // Would catch: a move that loses the person, a certificate or the pointer to where they went.
  it('moves a person with everything in one step', async () => {
    await central.snapshot(REGION);
    const { replica, manifest } = await load(device);
    const [id] = [...replica.of('certificate').values()].map(
      ({ values }) => values.holder as number,
    );
    const own = [...replica.of('certificate')].filter(([, { values }]) => values.holder === id);
    const target = await load(stay);
    await central.mutate({ region: REGION, movePerson: id as number, to: OTHER });
    const raw = await device.get(`${PATHS.changes}?cursor=${manifest.cursor}`);
    replica.page(raw.body);
    expect(replica.of('person').has(id as number)).toBe(false);
    await follow(stay, target.replica, target.manifest.cursor, 1_000);
    for (const [certificate] of own) {
      expect(replica.of('certificate').has(certificate)).toBe(false);
      expect(target.replica.of('certificate').get(certificate)?.values.holder).toBe(id);
    }
  });

  // Would catch: a revocation that removes the row, or one that travels as a whole row.
  it('keeps a revoked certificate, as a patch', async () => {
    await central.snapshot(REGION);
    const { replica, manifest } = await load(device);
    const [id] =
      [...replica.of('certificate')].find(([, { values }]) => values.baseStatus === 1) ?? [];
    await central.mutate({ region: REGION, revoke: id as number });
    await follow(device, replica, manifest.cursor, 100);
    expect(replica.of('certificate').get(id as number)?.values.baseStatus).toBe(3);
    expect(replica.patched).toBe(1);
  });

  // Would catch: rows that the model forbids, taken in and published.
  it('refuses rows that are not fit, and nothing of their batch stays', async () => {
    const { head } = (await central.status()).regions.find(({ region }) => region === REGION) ?? {
      head: -1,
    };
    const person = {
      op: 'put',
      entity: 'person',
      id: 77_777_777,
      values: { name: '张三', sex: 1 },
    } as const;
    const secret = { idType: ID_TYPES['resident-id'], idNumber: '11010519491231002X' };
    const bad = {
      ...person,
      id: 77_777_778,
      secret: { ...secret, idNumber: '110105194912310021' },
    };
    await expect(
      central.mutate({ region: REGION, changes: [{ ...person, secret }, bad] }),
    ).rejects.toThrow('id-number');
    expect((await central.status()).regions.find(({ region }) => region === REGION)?.head).toBe(
      head,
    );
  });
});
