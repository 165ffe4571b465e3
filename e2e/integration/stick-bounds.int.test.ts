import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenedBundle } from '../../electron/main/services/bundle/opened-bundle';
import { readVolumeFile } from '../../electron/main/services/bundle/volume-file';
import { VolumeWriter } from '../../server/bundle/volume-writer';
import { boxSubtle } from '../../server/keys/key-provider';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  BUNDLE_END,
  BUNDLE_VERSION,
  type BundleIndex,
  bundleContext,
  type EntryPlace,
  MAX_BUNDLE_GRANTS,
  MAX_GRANT_PACKAGE_BYTES,
  MAX_STANDINGS_BYTES,
} from '../../shared/protocol/bundle';
import { MAX_DIRECTIVES } from '../../shared/protocol/control';
import { sealBox } from '../../shared/protocol/sealed-box';
import { codeOf } from './cross-region-rig';

const DEVICE = 'D-bounds';
const HASH = '0'.repeat(64);
const PLACE: EntryPlace = { entry: 0, volume: 1, offset: 27, bytes: 16 };
const STATEMENT = { payload: '{}', alg: 'ES256', kid: '0'.repeat(16), sig: 'A'.repeat(86) };

let folder: string;
let sticks = 0;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const boxKey = keys.publicKey.export({ type: 'spki', format: 'der' });
const ownKey = new Uint8Array(keys.privateKey.export({ type: 'pkcs8', format: 'der' }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-bounds-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CONTENTS = {
  manifest: STATEMENT,
  objects: [],
  pages: [{ ...PLACE, sha256: HASH, from: 0, to: 1, checkpoint: STATEMENT }],
  counts: { added: 0, changed: 0, left: 0, revoked: 0 },
  rows: 0,
  statements: [],
  directives: [] as unknown[],
  endpoints: [],
  answer: null,
};

/** A stick whose every byte is right: what is signed for this device, and more than a centre of ours ever writes. */
async function stick(
  entries: readonly Uint8Array[],
  contents: (places: readonly EntryPlace[]) => object,
): Promise<OpenedBundle> {
  const contentKey = randomBytes(32);
  const id = randomBytes(16).toString('hex');
  const limitBytes = 512 * 1024 * 1024;
  const how = { folder, name: `b${++sticks}`, version: BUNDLE_VERSION, id, contentKey, limitBytes };
  const writer = new VolumeWriter(how);
  const places: EntryPlace[] = [];
  for (const bytes of entries) places.push(await writer.add(bytes));
  const { volume: _, ...place } = await writer.add(
    Buffer.from(canonicalJson({ ...CONTENTS, ...contents(places) })),
  );
  const key = await sealBox(boxSubtle, boxKey, contentKey, bundleContext(id, DEVICE));
  let index: BundleIndex | undefined;
  const [path = ''] = await writer.finish(async (volumes) => {
    index = {
      ...({ type: 'bundle', id, office: '330600', device: DEVICE, region: '3306' } as const),
      ...({ epoch: 'e', kind: 'delta', from: 0, to: 1, issuedMs: 1, volumes } as const),
      ...{ key: Buffer.from(key).toString('base64'), contents: place },
    };
    return JSON.stringify(index);
  });
  const file = await readVolumeFile(path);
  if (file.state !== 'whole' || index === undefined) throw new Error(file.state);
  const { signal } = new AbortController();
  return OpenedBundle.open({ index, volumes: [file] }, ownKey, signal, () => undefined);
}

describe('a stick that is larger than it may be', () => {
  // Bugs: boxes of any size read into memory because the stick around them is signed; one more grant, object or order than a stick may
  // have taken for as many as there are.
  it('gives no box beyond its bound, and no list beyond its own', {
    timeout: 120_000,
  }, async () => {
    const large = Buffer.alloc(MAX_GRANT_PACKAGE_BYTES + 1, 7);
    const lies: EntryPlace[] = [];
    const opened = await stick([large, large.subarray(0, MAX_STANDINGS_BYTES)], (places) => {
      lies.push(...places);
      return {};
    });
    const [first = PLACE, second = PLACE] = lies;
    expect((await opened.readPlace(second, MAX_STANDINGS_BYTES)).length).toBe(MAX_STANDINGS_BYTES);
    expect(await codeOf(opened.readPlace(first, MAX_GRANT_PACKAGE_BYTES))).toBe('BUNDLE_ALTERED');
    expect(await codeOf(opened.readPlace(first, MAX_STANDINGS_BYTES))).toBe('BUNDLE_ALTERED');
    const beyond = { ...second, bytes: second.bytes + 4_096_000 };
    expect(await codeOf(opened.readPlace(beyond, 2 ** 30))).toBe('BUNDLE_ALTERED');
    expect(await codeOf(opened.readPlace({ ...second, volume: 2 }, 2 ** 30))).toBe(
      'BUNDLE_ALTERED',
    );
    opened.close();
    const grant = { grant: '0'.repeat(26), package: PLACE, objects: [] };
    const withGrants = (count: number) =>
      stick([], () => ({
        crossRegion: { atMs: 1, standings: PLACE, grants: Array(count).fill(grant) },
      }));
    (await withGrants(MAX_BUNDLE_GRANTS)).close();
    expect(await codeOf(withGrants(MAX_BUNDLE_GRANTS + 1))).toBe('BUNDLE_NEWER');
    const withOrders = (count: number) =>
      stick([], () => ({ directives: Array(count).fill(STATEMENT) }));
    (await withOrders(MAX_DIRECTIVES)).close();
    expect(await codeOf(withOrders(MAX_DIRECTIVES + 1))).toBe('BUNDLE_NEWER');
  });

  // Bug: a file of gigabytes that says its index is as large, read as a whole before anybody looks at a signature.
  it('is not read for an index that nobody writes', async () => {
    const path = join(folder, 'bomb.fcb');
    const file = await open(path, 'w');
    await file.write(Buffer.concat([Buffer.from('FCBUNDLE'), Buffer.from([1]), Buffer.alloc(18)]));
    const size = 3 * 2 ** 30;
    await file.truncate(size - 12);
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(2 ** 31);
    await file.write(Buffer.concat([tail, Buffer.from(BUNDLE_END)]), 0, 12, size - 12);
    await file.close();
    const before = process.memoryUsage().rss;
    const begun = performance.now();
    expect((await readVolumeFile(path)).state).toBe('cut');
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
  });
});
