import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeviceReport, REPORT_PATH } from '../../shared/protocol/bundle';
import {
  attachmentPath,
  objectPath,
  PATHS,
  regionKeysContext,
  StatementsSchema,
} from '../../shared/protocol/endpoints';
import { type RegionKeys, RegionKeysSchema } from '../../shared/protocol/enrol';
import { type Manifest, ManifestSchema } from '../../shared/protocol/manifest';
import {
  type RegionKeysStatement,
  RegionKeysStatementSchema,
} from '../../shared/protocol/region-keys';
import { openBox } from '../../shared/protocol/sealed-box';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import { keepAttachments } from '../attachments/attachments';
import { sealAttachment } from '../attachments/seal-attachment';
import type { Central } from '../central';
import { referencePackOf } from '../generate/generate';
import type { ServerParts } from '../http/parts';
import { boxSubtle } from '../keys/key-provider';
import { newRegionKeys } from '../keys/region-keys';
import { FORMER_KEYS_MS, KeyDesk } from '../sync/key-desk';
import { buildSnapshot } from '../sync/manifests';
import { buildTiers } from '../sync/tiers';
import { enrolTestDevice, type TestDevice } from './device';
import { openSealed } from './open-attachment';
import { testCentral } from './place';
import { readBundle } from './read-bundle';
import { hexHash, openObject, Replica } from './replica';

const REGION = '3306';
const WHY = { by: '钱一', reason: '一台电脑被盗' };
const USERS = [{ badge: '330600127', name: '许知衡', role: 'inspector' as const }];

let server: Awaited<ReturnType<typeof testCentral>>;
let central: Central;
let device: TestDevice;
let other: TestDevice;
let nowMs = Date.now();

const parts = () => (central as unknown as { parts: ServerParts }).parts;
const enrol = async () =>
  enrolTestDevice(
    central.url,
    (await central.createEnrolment({ name: '局', region: REGION, users: USERS })).code,
  );

async function statementsOf(of: TestDevice): Promise<readonly SignedStatement[]> {
  const raw = await of.get(PATHS.statements);
  return StatementsSchema.parse(JSON.parse(raw.body.toString('utf8'))).statements;
}

/** What a list of statements says of keys; undefined where it does not. */
async function keysSaid(
  of: TestDevice,
  statements: readonly SignedStatement[],
): Promise<RegionKeysStatement | undefined> {
  const found = statements.find(({ payload }) => payload.includes('"type":"region-keys"'));
  return found && of.open(found, RegionKeysStatementSchema);
}

async function unboxed(said: RegionKeysStatement, of: TestDevice, keyEpoch: number) {
  const { box } = said.pairs.find((pair) => pair.keyEpoch === keyEpoch) ?? { box: '' };
  const pkcs8 = new Uint8Array(of.boxKey.export({ type: 'pkcs8', format: 'der' }));
  const context = regionKeysContext(of.answer.deviceId);
  return openBox(boxSubtle, pkcs8, Buffer.from(box, 'base64'), context);
}

async function keysOf(of: TestDevice, keyEpoch: number): Promise<RegionKeys> {
  const said = (await keysSaid(of, await statementsOf(of))) as RegionKeysStatement;
  const opened = await unboxed(said, of, keyEpoch);
  if (!opened.ok) throw new Error(opened.error);
  return RegionKeysSchema.parse(JSON.parse(Buffer.from(opened.value).toString('utf8')));
}

const manifestOf = async (of: TestDevice): Promise<Manifest> =>
  of.open(JSON.parse((await of.get(PATHS.manifest)).body.toString('utf8')), ManifestSchema);

const pageAfter = async (of: TestDevice, cursor: string) =>
  (await of.get(`${PATHS.changes}?cursor=${encodeURIComponent(cursor)}`)).body;

const tell = (of: TestDevice, keyEpoch?: number) =>
  of.post(REPORT_PATH, {
    program: 'test 0',
    atMs: nowMs,
    applied: null,
    pending: 0,
    rejected: 0,
    settled: 0,
    failures: [],
    ...(keyEpoch === undefined ? {} : { keyEpoch }),
  } satisfies DeviceReport);

beforeAll(async () => {
  server = await testCentral({ [REGION]: 60 }, { nowMs: () => nowMs });
  central = server.central;
  [device, other] = [await enrol(), await enrol()];
}, 120_000);
afterAll(() => server.close());

describe('a change of the keys of a region', () => {
  let first: Manifest;

  // Would catch: a statement that costs every office of a region that never changed its keys.
  it('says nothing before there was one', async () => {
    first = await manifestOf(device);
    expect(await keysSaid(device, await statementsOf(device))).toBeUndefined();
    const { epochs, missing, formerUntilMs } = await central.regionKeys.standing(REGION);
    expect([epochs.map(({ isInForce }) => isInForce), missing, formerUntilMs]).toEqual([
      [true],
      [],
      null,
    ]);
    expect(await central.regionKeys.retire(REGION, WHY, { isNow: true })).toMatchObject({
      destroyed: [],
    });
  });

  // Would catch: new data under the old pair, a digest tag that changes with it (every slice would differ), a tag of the
  // statements that does not change (nobody would get the pair).
  it('seals what is made from then on under a new pair that every device gets in its own box', async () => {
    const { etag } = (await device.get(PATHS.statements)).headers;
    nowMs += 60_000;
    const begun = await central.regionKeys.rotate(REGION, WHY);
    expect(begun).toMatchObject({ keyEpoch: 2, isNew: true, standing: { devices: 2 } });
    expect(begun.standing.missing.length).toBe(2);
    expect((await device.get(PATHS.statements, { 'If-None-Match': String(etag) })).status).toBe(
      200,
    );
    const keys = await keysOf(device, 2);
    expect(await keysOf(other, 2)).toEqual(keys);
    expect(await keysOf(device, 1)).toEqual(device.keys);
    expect(keys.digestTag).toBe(device.keys.digestTag);
    for (const name of ['transportPublic', 'transportPrivate'] as const)
      expect(keys[name]).not.toBe(device.keys[name]);

    const manifest = await manifestOf(device);
    expect(manifest.keyEpoch).toBe(2);
    expect(manifest.epoch).toBe(first.epoch);
    const replica = new Replica(keys);
    for (const { sha256 } of manifest.segments)
      replica.segment((await device.get(objectPath(sha256))).body);
    expect(replica.root()).toBe(manifest.base.root);
    const [revoke = 0] = replica.of('certificate').keys();
    await central.mutate({ region: REGION, revoke });
    await central.tiers(REGION);
    const page = await pageAfter(device, manifest.cursor);
    expect(replica.page(page).keyEpoch).toBe(2);
    expect(() => openObject(page, device.keys)).toThrow();
  });

  // Would catch: one box for all, which whoever stole a single device opens for ever.
  it('puts the pair into no box that another device opens', async () => {
    const said = (await keysSaid(device, await statementsOf(device))) as RegionKeysStatement;
    expect((await unboxed(said, other, 2)).ok).toBe(false);
    expect((await unboxed({ ...said, device: other.answer.deviceId }, other, 2)).ok).toBe(false);
  });

  // Would catch: offices without a line that can open nothing any more.
  it('comes by a stick too, whose pages are under it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fieldcert-region-keys-'));
    try {
      const { deviceId } = device.answer;
      const made = await central.bundle({ device: deviceId, out: folder, isFull: true });
      const { contents, read } = await readBundle(made.files, device);
      const said = await keysSaid(device, contents.statements);
      expect(said?.pairs.map(({ keyEpoch }) => keyEpoch)).toEqual([1, 2]);
      const keys = await keysOf(device, 2);
      for (const page of contents.pages)
        expect(openObject(read(page), keys).header.keyEpoch).toBe(2);
      for (const file of await readdir(folder)) {
        const bytes = await readFile(join(folder, file));
        expect(bytes.includes(keys.transportPrivate)).toBe(false);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  // Would catch: a stolen device that goes on getting keys, which is what keys are changed for.
  it('reaches no device that was revoked, by line, control channel or stick', async () => {
    const stolen = await enrol();
    const { deviceId } = stolen.answer;
    await central.revokeDevice(deviceId);
    await central.regionKeys.rotate(REGION, WHY);
    expect((await stolen.get(PATHS.statements)).status).toBe(403);
    const control = (await stolen.control.get(`${PATHS.control}?nonce=${'0'.repeat(32)}`)).body;
    expect(control.includes('region-keys')).toBe(false);
    await expect(central.bundle({ device: deviceId, out: tmpdir() })).rejects.toThrow('revoked');
    expect((await central.regionKeys.standing(REGION)).missing.length).toBe(2);
  });

  // Would catch: epochs in which nothing was ever published, and a second change where the first was meant to be finished.
  it('that was broken off is finished, not begun once more', async () => {
    const broken = new KeyDesk(parts(), async () => {
      throw new Error('disk full');
    });
    await expect(broken.rotate(REGION, WHY)).rejects.toThrow('disk full');
    // Everything goes on meanwhile: the last manifest stands, its segments open with a pair that is in force.
    const between = await manifestOf(device);
    expect(between.keyEpoch).toBe(3);
    const { sha256 } = between.segments[0] ?? { sha256: '' };
    const segment = (await device.get(objectPath(sha256))).body;
    expect(openObject(segment, await keysOf(device, 3)).header.keyEpoch).toBe(3);
    const page = await pageAfter(device, between.cursor);
    expect(openObject(page, await keysOf(device, 4)).header.keyEpoch).toBe(4);
    expect(await central.regionKeys.rotate(REGION, WHY)).toMatchObject({
      keyEpoch: 4,
      isNew: false,
    });
    expect((await manifestOf(device)).keyEpoch).toBe(4);
  });
});

describe('the end of former keys', () => {
  const photoOf = async (): Promise<string> => {
    const replica = new Replica(await keysOf(device, 4));
    for (const { sha256, entity } of (await manifestOf(device)).segments)
      if (entity === 'attachment') replica.segment((await device.get(objectPath(sha256))).body);
    return String([...replica.of('attachment').values()][0]?.values.sha256);
  };

  // Would catch: keys destroyed while offices still need them, without anybody being told which.
  it('waits for the devices that hold them, and names who does not', async () => {
    await tell(device, 4);
    await expect(central.regionKeys.retire(REGION, WHY)).rejects.toThrow(other.answer.deviceId);
    expect((await central.lag()).map(({ device: id, keyEpoch }) => [id, keyEpoch])).toEqual(
      expect.arrayContaining([
        [device.answer.deviceId, 4],
        [other.answer.deviceId, null],
      ]),
    );
    expect((await keysSaid(device, await statementsOf(device)))?.pairs.length).toBe(4);
  });

  // Would catch: attachments that were sealed under them and are lost, objects that stay for who stole the keys, tiers
  // that the manifest goes on to name.
  it('leaves nothing under them and loses nothing', async () => {
    const [sha256, before] = [await photoOf(), await manifestOf(device)];
    expect(first(before).length).toBeGreaterThan(0);
    // One is asked for since the change: it is sealed anew before the others.
    const inUse = await attachmentsOf();
    expect(inUse.length).toBeGreaterThan(1);
    await device.get(attachmentPath(sha256));
    await tell(other, 4);
    const retired = await central.regionKeys.retire(REGION, WHY);
    expect(retired.destroyed).toEqual([1, 2, 3]);
    expect(retired.attachments).toBeGreaterThan(0);
    for (const former of [...first(before), ...(await firstSegments())])
      expect((await device.get(objectPath(former))).status).toBe(404);
    const said = await keysSaid(device, await statementsOf(device));
    expect(said?.pairs.map(({ keyEpoch }) => keyEpoch)).toEqual([4]);
    const keys = await keysOf(device, 4);
    const photo = (await device.get(attachmentPath(sha256))).body;
    expect(hexHash(openSealed(keys, sha256, photo))).toBe(sha256);
    expect(photo.readUInt32BE(5)).toBe(4);
    for (const { object } of inUse) expect(await parts().objects.size(object)).toBeUndefined();
    for (const { object } of await attachmentsOf())
      expect(await parts().objects.size(object)).toBeGreaterThan(0);
    const manifest = await manifestOf(device);
    for (const tier of manifest.tiers)
      for (const part of tier.parts) {
        const object = (await device.get(objectPath(part.sha256))).body;
        expect(openObject(object, keys).header.keyEpoch).toBe(4);
      }
    const rows = await parts().client.query<{ key_epoch: number }>(
      'select key_epoch from region_key where keys is not null',
    );
    expect(rows).toEqual([{ key_epoch: 4 }]);
  });

  // Would catch: keys that stay for ever because one office never answers.
  it('comes by itself after its term, and not before', async () => {
    await central.regionKeys.rotate(REGION, WHY);
    const told: string[] = [];
    nowMs += FORMER_KEYS_MS - 60_000;
    await central.regionKeys.retireDue((line) => told.push(line));
    expect(told).toEqual([]);
    nowMs += 120_000;
    await central.regionKeys.retireDue((line) => told.push(line));
    expect(told.join()).toContain('former keys 4 destroyed');
    const { epochs } = await central.regionKeys.standing(REGION);
    expect(epochs.map(({ isInForce }) => isInForce)).toEqual([false, false, false, false, true]);
    expect(epochs.map(({ begunBy }) => begunBy)).toEqual([null, WHY.by, WHY.by, WHY.by, WHY.by]);
  });

  const attachmentsOf = () =>
    parts().client.query<{ object: string }>('select object from attachment_object');

  // Would catch: a picture that somebody sealed under the old keys while they were destroyed, which stays for who has them.
  it('leaves no object of a builder that began before it', async () => {
    const region = await parts().regions.find(Number(REGION));
    if (region === undefined) throw new Error('region');
    const former = { ...region, keys: { ...newRegionKeys(3), digestTag: region.keys.digestTag } };
    const plain = Buffer.from('a picture of a builder');
    const before = await attachmentsOf();
    await keepAttachments(parts(), former, [plain]);
    expect(await attachmentsOf()).toEqual(before);
    const name = createHash('sha256').update(sealAttachment(former, plain)).digest('hex');
    expect(await parts().objects.size(name)).toBeUndefined();
  });

  // Would catch: a snapshot or tiers that were being built while the keys went, listed for devices that cannot open them.
  it('lists nothing of a builder that ends after it', async () => {
    const region = await parts().regions.find(Number(REGION));
    if (region === undefined) throw new Error('region');
    const former = { ...region, keys: { ...newRegionKeys(3), digestTag: region.keys.digestTag } };
    const before = await objectsOf();
    const manifest = await published('desc');
    const put: string[] = [];
    const watched = {
      ...parts(),
      objects: {
        ...parts().objects,
        put: async (bytes: Uint8Array) => {
          put.push(await parts().objects.put(bytes));
          return put.at(-1) ?? '';
        },
      },
    };
    await expect(buildSnapshot(watched, former, referencePackOf(REGION, '1'))).rejects.toThrow(
      'were destroyed',
    );
    await central.mutate({ region: REGION, random: 3 });
    expect(await buildTiers(watched, former, true)).toEqual([]);
    expect(await objectsOf()).toEqual(before);
    const packs = manifest.packs.map(({ sha256 }) => sha256);
    const sealed = put.filter((name) => !packs.includes(name));
    expect(sealed.length).toBeGreaterThan(5);
    for (const name of sealed) expect(await parts().objects.size(name)).toBeUndefined();
    expect((await published('desc')).segments).toEqual(manifest.segments);
    // The same changes are built under the newest.
    expect((await central.tiers(REGION)).length).toBeGreaterThan(0);
  });

  // Would catch: a picture that came under the former keys while the others were sealed anew, lost with those keys.
  it('seals anew what comes in while it seals', async () => {
    const region = await parts().regions.find(Number(REGION));
    if (region === undefined) throw new Error('region');
    await central.regionKeys.rotate(REGION, WHY);
    // Its hash lies before all that are being sealed anew, where nobody looks again.
    let plain = Buffer.alloc(0);
    for (let i = 0; !hexHash(plain).startsWith('000'); i++) plain = Buffer.from(`picture ${i}`);
    let isIn = false;
    const { objects } = parts();
    const put = async (bytes: Uint8Array) => {
      if (!isIn) {
        isIn = true;
        await keepAttachments(parts(), region, [plain]);
      }
      return objects.put(bytes);
    };
    const desk = new KeyDesk({ ...parts(), objects: { ...objects, put } }, async () => undefined);
    expect((await desk.retire(REGION, WHY, { isNow: true })).destroyed).toEqual([
      region.keys.keyEpoch,
    ]);
    expect(isIn).toBe(true);
    const [kept] = await parts().client.query<{ object: string; key_epoch: number }>(
      'select object, key_epoch from attachment_object where sha256 = $1',
      [hexHash(plain)],
    );
    expect(kept?.key_epoch).toBe(region.keys.keyEpoch + 1);
    expect(await objects.size(kept?.object ?? '')).toBeGreaterThan(0);
    const { epochs } = await central.regionKeys.standing(REGION);
    expect(epochs.at(-2)).toMatchObject({ destroyedBy: WHY.by, destroyedReason: WHY.reason });
  });

  const objectsOf = () => parts().client.query('select sha256 from object order by sha256');

  /** Objects of a manifest that are not under the newest keys. */
  const first = ({ tiers }: Manifest): string[] =>
    tiers.flatMap((tier) => tier.parts.map(({ sha256 }) => sha256));

  async function published(order: 'asc' | 'desc'): Promise<Manifest> {
    const [row] = await parts().client.query<{ envelope: SignedStatement }>(
      `select envelope from manifest order by serial ${order} limit 1`,
    );
    return ManifestSchema.parse(JSON.parse(row?.envelope.payload ?? ''));
  }

  const firstSegments = async (): Promise<readonly string[]> =>
    (await published('asc')).segments.map(({ sha256 }) => sha256);
});
