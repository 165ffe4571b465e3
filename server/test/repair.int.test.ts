import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { bucketStream } from '../../shared/domain/sync/digest';
import { walkDifferences } from '../../shared/domain/sync/repair-walk';
import { SparseTree } from '../../shared/domain/sync/sparse-tree';
import { idSteps } from '../../shared/protocol/columns';
import { objectPath, PATHS } from '../../shared/protocol/endpoints';
import { CheckpointSchema, ManifestSchema } from '../../shared/protocol/manifest';
import { unpackLeaves, unpackNodes } from '../../shared/protocol/repair';
import type { Central } from '../central';
import { leavesOf, sha256 } from '../ingest/leaves';
import { enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';
import { Replica } from './replica';

const REGION = '3306';
let central: Central;
let close: () => Promise<void>;
let device: TestDevice;
let replica: Replica;

const head = async () =>
  device.open(
    JSON.parse((await device.get(PATHS.checkpoint)).body.toString('utf8')),
    CheckpointSchema,
  );

beforeAll(async () => {
  ({ central, close } = await testCentral({ [REGION]: 500, 3301: 20 }));
  const { code } = await central.createEnrolment({
    name: '局',
    region: REGION,
    users: [{ badge: '1', name: '甲', role: 'inspector' }],
  });
  device = await enrolTestDevice(central.url, code);
  const manifest = await device.open(
    JSON.parse((await device.get(PATHS.manifest)).body.toString('utf8')),
    ManifestSchema,
  );
  replica = new Replica(device.keys);
  for (const { sha256: name } of manifest.segments)
    replica.segment((await device.get(objectPath(name))).body);
});
afterAll(() => close());

/** The tree over what a device holds, by the shared digest code. */
function treeOf(entity: Entity): SparseTree {
  const leafOf = leavesOf(Buffer.from(device.keys.digestTag, 'base64'));
  const stream = bucketStream(sha256);
  for (const [id, { rev, values, secret }] of [...replica.of(entity)].sort(([a], [b]) => a - b))
    stream.push(id, leafOf(entity, id, rev, values, secret));
  return new SparseTree(sha256, stream.end());
}

async function walk(): Promise<ReadonlyMap<Entity, readonly number[]>> {
  const { epoch, rseq, roots } = await head();
  const trees = new Map(ENTITY_ORDER.map((entity) => [entity, treeOf(entity)]));
  const starts = ENTITY_ORDER.map((entity) => ({
    entity,
    root: Buffer.from(roots[entity] ?? '', 'hex'),
    topLevel: trees.get(entity)?.topLevel() ?? 1,
  }));
  return walkDifferences(
    sha256,
    starts,
    async (asks) =>
      asks.flatMap(({ entity, level, indexes }) =>
        indexes.map((index) => trees.get(entity)?.children(level, index) ?? []),
      ),
    async (asked) => {
      const asks = asked.map((ask) => ({ ...ask, indexes: [...ask.indexes] }));
      const raw = await device.post(PATHS.repairNodes, { epoch, rseq, asks });
      expect(raw.status).toBe(200);
      return unpackNodes(asks, raw.body) ?? [];
    },
  );
}

describe('repair at the server', () => {
  // Would catch: a tree in the database that is not the one that devices compute, or nodes of another entity.
  it('shows exactly where a device differs, and gives the rows', async () => {
    expect((await walk()).size).toBe(0);
    const [id] = [...replica.of('certificate').keys()];
    const [person] = [...replica.of('person').keys()];
    const row = replica.of('certificate').get(id as number);
    const sound = structuredClone(row);
    if (row !== undefined) row.values.validTo = 1;
    replica.of('person').delete(person as number);
    const found = await walk();
    expect(Object.fromEntries(found)).toEqual({
      certificate: [Math.floor((id as number) / 64)],
      person: [Math.floor((person as number) / 64)],
    });
    const { epoch, rseq } = await head();
    const leafAsks = [...found].map(([entity, buckets]) => ({ entity, buckets: [...buckets] }));
    const leaves = await device.post(PATHS.repairLeaves, { epoch, rseq, asks: leafAsks });
    const lists = unpackLeaves(leafAsks, leaves.body) ?? [];
    expect(lists.flat().map((one) => one.id)).toContain(person);
    const asks = [
      { entity: 'person', ids: [person] },
      { entity: 'certificate', ids: idSteps([id as number, 99_999_999]) },
    ];
    const rows = await device.post(PATHS.repairRows, { epoch, rseq, asks });
    const header = replica.page(rows.body);
    expect(header).toMatchObject({ epoch, from: rseq, to: rseq, hasMore: false });
    expect(replica.of('certificate').get(id as number)).toEqual(sound);
    expect((await walk()).size).toBe(0);
    // The cursor that came along goes on from there.
    await central.mutate({ region: REGION, random: 30, seed: 'after' });
    replica.page((await device.get(`${PATHS.changes}?cursor=${header.cursor}`)).body);
    expect((await walk()).size).toBe(0);
  });

  // Would catch: an answer of the present state to a question about a former one.
  it('refuses when the region has moved on, and any other history', async () => {
    const { epoch, rseq } = await head();
    await central.mutate({ region: REGION, random: 30, seed: 'moved' });
    const asks = [{ entity: 'person', level: 1, indexes: [0] }];
    const codeOf = async (body: unknown, path: string = PATHS.repairNodes) =>
      (
        JSON.parse((await device.post(path, body)).body.toString('utf8')) as {
          error: { code: string };
        }
      ).error.code;
    expect(await codeOf({ epoch, rseq, asks })).toBe('state-moved');
    expect(await codeOf({ epoch: 'X', rseq, asks })).toBe('cursor-unknown');
    expect(await codeOf({ epoch, rseq: rseq + 1_000, asks })).toBe('cursor-unknown');
    const many = { entity: 'person', level: 1, indexes: Array.from({ length: 257 }, (_, i) => i) };
    expect(await codeOf({ epoch, rseq, asks: [many] })).toBe('bad-request');
    const rows = [{ entity: 'person', ids: Array.from({ length: 1_001 }, () => 1) }];
    expect(await codeOf({ epoch, rseq, asks: rows }, PATHS.repairRows)).toBe('bad-request');
    expect(await codeOf({ epoch, rseq, asks: 1 }, PATHS.repairLeaves)).toBe('bad-request');
  });

  // Would catch: a row that moved away shown as if it had never been.
  it('says where a row went', async () => {
    const [person] = [...replica.of('person').keys()];
    await central.mutate({ region: REGION, movePerson: person as number, to: '3301' });
    const { epoch, rseq } = await head();
    const asks = [{ entity: 'person', ids: [person] }];
    const { body } = await device.post(PATHS.repairRows, { epoch, rseq, asks });
    expect(replica.of('person').has(person as number)).toBe(true);
    replica.page(body);
    expect(replica.of('person').has(person as number)).toBe(false);
  });
});
