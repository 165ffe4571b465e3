import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachmentPath, objectPath, PATHS } from '../../shared/protocol/endpoints';
import { ManifestSchema } from '../../shared/protocol/manifest';
import { Central } from '../central';
import { enrolTestDevice, type TestDevice } from './device';
import { openSealed } from './open-attachment';
import { TODAY } from './place';
import { hexHash, Replica } from './replica';

const USERS = [{ badge: '330600127', name: '许知衡', role: 'inspector' as const }];

let dir: string;
let central: Central;
let device: TestDevice;
let other: TestDevice;

const enrol = async (region: string) =>
  enrolTestDevice(
    central.url,
    (await central.createEnrolment({ name: '局', region, users: USERS })).code,
  );

async function replicaOf(of: TestDevice): Promise<Replica> {
  const raw = await of.get(PATHS.manifest);
  const manifest = await of.open(JSON.parse(raw.body.toString('utf8')), ManifestSchema);
  const replica = new Replica(of.keys);
  for (const { sha256 } of manifest.segments)
    replica.segment((await of.get(objectPath(sha256))).body);
  return replica;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fieldcert-attachments-'));
  central = await Central.open({ dir });
  for (const [region, certificates] of [
    ['3306', 200],
    ['6501', 20],
  ] as const)
    await central.seed({ region, certificates, seed: 'test', today: TODAY });
  await central.listen();
  [device, other] = [await enrol('3306'), await enrol('6501')];
}, 120_000);
afterAll(async () => {
  await central.close();
  await rm(dir, { recursive: true, force: true });
});

describe('attachments at rest and on their way', () => {
  // Would catch: faces and certificates in the clear on the server's disk.
  it('lie sealed', async () => {
    const files = await readdir(join(dir, 'objects'), { recursive: true, withFileTypes: true });
    const objects = files.filter((file) => file.isFile());
    let sealed = 0;
    for (const file of objects) {
      const bytes = await readFile(join(file.parentPath, file.name));
      expect(bytes.includes('PNG\r\n') || bytes.includes('%PDF-')).toBe(false);
      if (bytes.toString('latin1', 0, 4) === 'FCAT') sealed++;
    }
    expect(sealed).toBeGreaterThan(50);
  });

  // Would catch: a photo that stays behind when its person moves, or one that the former region can still fetch.
  it('go with their person to another region, and leave the former one', async () => {
    const replica = await replicaOf(device);
    const [person, { values }] = [...replica.of('person')].find(
      ([, row]) => row.values.photo !== undefined,
    ) as [number, { values: Record<string, unknown> }];
    const photo = replica.of('attachment').get(Number(values.photo));
    const sha256 = String(photo?.values.sha256);
    const before = await device.get(attachmentPath(sha256));
    expect((await other.get(attachmentPath(sha256))).status).toBe(404);
    await central.mutate({ region: '3306', movePerson: person, to: '6501', today: TODAY });
    expect((await device.get(attachmentPath(sha256))).status).toBe(404);
    const moved = await other.get(attachmentPath(sha256));
    expect([before.status, moved.status, before.body.equals(moved.body)]).toEqual([
      200,
      200,
      false,
    ]);
    expect(hexHash(openSealed(other.keys, sha256, moved.body))).toBe(sha256);
    expect(() => openSealed(device.keys, sha256, moved.body)).toThrow();
  });

  // Would catch: a path that leaves the store, or an attachment given to whoever knows its hash.
  it('answer only whole hashes, and only enrolled devices', async () => {
    expect((await device.get(attachmentPath('..%2Fkeys'))).status).toBe(400);
    expect((await device.get(attachmentPath('0'.repeat(64)))).status).toBe(404);
    await central.revokeDevice(other.answer.deviceId);
    expect((await other.get(attachmentPath('0'.repeat(64)))).status).toBe(403);
  });
});
