import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreClient } from '../../electron/store/launcher';
import type { SqlClient } from '../../server/store/sql-client';
import { AppError } from '../../shared/errors/app-error';
import type { RouteOutput } from '../../shared/ipc/contract';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const REGION = '3301';
const PATIENCE = { timeout: 60_000, interval: 100 };

let folder: string;
let central: Central;
let proxy: CuttingProxy;
let rig: DeskRig;
let device: string;
let certificate: number;
/** The store ends after it has done this call, before it answers. */
let endsAfter: string | null = null;

const services = () => rig.office.demandServices();
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A picture of so many bytes: whole by its head, noise behind. */
function picture(bytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000001000000010', 'hex');
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
}

async function chosen(content: Buffer, name = 'photo.png'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  rig.chosen.evidence = path;
  const found = await services().evidence.choose();
  if (found === null) throw new Error('nothing was chosen');
  expect(hashOf(found.bytes)).toBe(hashOf(content));
  return found.handle;
}

const fake = (handles: readonly string[]) =>
  services().evidence.tell(
    'suspected-fake',
    { certificate, holder: '王某', place: '柯桥工地', note: '印章不清' },
    handles,
  );

async function synchronised(): Promise<void> {
  services().sync.start();
  await services().sync.settled();
}
const opened = async () => {
  const password = new TextEncoder().encode('wang-wei-2026');
  expect((await rig.office.open({ badge: 'A1', password })).outcome).toBe('opened');
};
const endingStore = (store: StoreClient): StoreClient => ({
  ...store,
  call: async (name, input) => {
    const answer = await store.call(name, input);
    if (name !== endsAfter) return answer;
    store.kill();
    throw new AppError('STORE_CRASHED');
  },
});
const atCentre = async (content: Uint8Array) => {
  const found = await central.readEvidence(device, hashOf(content));
  return found === undefined ? null : hashOf(found);
};
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-evidence-'));
  central = await startCentral();
  await central.seed({ region: REGION, certificates: 30, seed: 'evidence' });
  proxy = await startCuttingProxy(central.url);
  rig = await startDeskRig(undefined, { through: proxy, onStore: endingStore });
  const slip = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1', name: '王伟', role: 'inspector' }],
  });
  const password = new TextEncoder().encode('wang-wei-2026');
  await rig.office.enrol({ address: central.url, code: slip.code, password });
  await synchronised();
  ({ device } = (await rig.office.state()).place);
  const found = (await services().store.call('portRequest', {
    route: 'search.query',
    input: { text: '', filter: {}, offset: 0, limit: 1 },
  })) as { readonly data?: RouteOutput<'search.query'> };
  certificate = found.data?.items[0]?.id ?? 0;
}, 180_000);
afterAll(async () => {
  await rig.close();
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

describe('evidence of a command', () => {
  // Would catch: a photo that begins anew after every cut, is taken before its command, or stays on the device in plain.
  it('arrives over a line that is cut again and again, and only then leaves the device', async () => {
    const content = picture(1_500_000);
    const { pending } = await fake([await chosen(content)]);
    expect(pending).toBeGreaterThan(0);
    const { evidence: place } = services().paths;
    const [name] = await readdir(place);
    expect((await readFile(join(place, name ?? ''))).includes(content.subarray(2_000, 2_032))).toBe(
      false,
    );
    expect(await services().evidence.waiting()).toMatchObject({ files: 1, refused: 0 });
    // Each answer of the server is some hundred bytes: the line breaks every few pieces.
    proxy.cutAgain(() => 2_500);
    for (let run = 0; run < 30 && (await services().evidence.waiting()).files > 0; run++)
      await synchronised();
    proxy.cutAgain(() => undefined);
    proxy.cutAfter(undefined);
    await expect
      .poll(async () => {
        await synchronised();
        return (await services().evidence.waiting()).files;
      }, PATIENCE)
      .toBe(0);
    expect(await atCentre(content)).toBe(hashOf(content));
    expect(await readdir(place)).toEqual([]);
  }, 180_000);

  // Would catch: a picture that two reports name, sealed anew while half of its first box is at the centre, where neither opens.
  it('that a second report names while it is under way arrives once, and for both', async () => {
    const content = picture(1_200_000);
    await fake([await chosen(content)]);
    const { evidence: place } = services().paths;
    const [name = ''] = await readdir(place);
    const box = await readFile(join(place, name));
    // Some pieces arrive, then the line is gone.
    proxy.cutAgain(() => 2_500);
    await synchronised();
    expect(await services().evidence.waiting()).toMatchObject({ files: 1 });
    await fake([await chosen(content)]);
    expect((await readFile(join(place, name))).equals(box)).toBe(true);
    proxy.cutAgain(() => undefined);
    proxy.cutAfter(undefined);
    await expect
      .poll(async () => {
        await synchronised();
        return services().evidence.waiting();
      }, PATIENCE)
      .toMatchObject({ files: 0, refused: 0 });
    expect(await atCentre(content)).toBe(hashOf(content));
  }, 180_000);

  // Would catch: other bytes than the signed ones at the centre, or evidence that is thrown away because it was refused.
  it('that is not what the command names is refused, kept and said', async () => {
    const content = picture(40_000);
    const other = picture(40_000);
    proxy.setDown(true);
    await fake([await chosen(content)]);
    await fake([await chosen(other)]);
    const place = services().paths.evidence;
    // Somebody exchanges the sealed files: each is a box of this server, of other contents.
    const [a, b] = [content, other].map((one) => join(place, `${hashOf(one)}.box`)) as [
      string,
      string,
    ];
    const [first, second] = [await readFile(a), await readFile(b)];
    await writeFile(a, second);
    await writeFile(b, first);
    proxy.setDown(false);
    await expect
      .poll(async () => {
        await synchronised();
        return (await services().evidence.waiting()).files;
      }, PATIENCE)
      .toBe(0);
    expect(await services().evidence.waiting()).toMatchObject({ files: 0, refused: 2 });
    expect([await atCentre(content), await atCentre(other)]).toEqual([null, null]);
    expect(rig.logged.some((line) => line.startsWith('evidence refused'))).toBe(true);
  });

  // Would catch: the only copy of a photo thrown away because the centre knows of no command that names it.
  it('that no command names is kept, said, and offered again in the next session', async () => {
    const content = picture(3_000);
    const path = join(services().paths.evidence, `${hashOf(content)}.box`);
    await writeFile(path, randomBytes(4_000));
    await expect
      .poll(async () => {
        await synchronised();
        return services().evidence.waiting();
      }, PATIENCE)
      .toMatchObject({ files: 0, unnamed: 1 });
    expect(existsSync(path)).toBe(true);
    expect(await atCentre(content)).toBeNull();
    await rig.office.lock('person');
    await opened();
    expect(await services().evidence.waiting()).toMatchObject({ files: 1 });
    expect(existsSync(path)).toBe(true);
    await rm(path);
  });

  // Would catch: photos deleted because a centre that was restored says that no command names them, before it gets
  // the commands that it lost again.
  it('survives a centre that lost the command, and arrives', async () => {
    const content = picture(3_100);
    const { evidence, paths } = services();
    const { client } = (central as unknown as { parts: { client: SqlClient } }).parts;
    proxy.setDown(true);
    const { last } = await fake([await chosen(content)]);
    const path = join(paths.evidence, `${hashOf(content)}.box`);
    const box = await readFile(path);
    proxy.setDown(false);
    const sent = () =>
      expect.poll(async () => {
        await synchronised();
        return evidence.waiting();
      }, PATIENCE);
    await sent().toMatchObject({ files: 0 });
    // As if the line had broken between the command and its photo, and the centre were restored then.
    await writeFile(path, box);
    await client.query('delete from evidence where device = $1 and dseq >= $2', [
      device,
      last?.dseq ?? 0,
    ]);
    await client.query('delete from outbox where device = $1 and dseq >= $2', [
      device,
      last?.dseq ?? 0,
    ]);
    await sent().toMatchObject({ files: 0, unnamed: 0 });
    expect(await atCentre(content)).toBe(hashOf(content));
  });

  // Would catch: a store that dies when it has the command already, and a photo that is taken away because nobody
  // answered: the command would then name what is nowhere.
  it('stays when the store ends without an answer', async () => {
    const content = picture(3_200);
    const path = join(services().paths.evidence, `${hashOf(content)}.box`);
    const handle = await chosen(content);
    endsAfter = 'outboxAppend';
    expect(await code(fake([handle]))).toBe('STORE_CRASHED');
    endsAfter = null;
    expect(existsSync(path)).toBe(true);
    await rig.office.lock('person');
    await opened();
    await expect
      .poll(async () => {
        await synchronised();
        return (await services().evidence.waiting()).files;
      }, PATIENCE)
      .toBe(0);
    expect(await atCentre(content)).toBe(hashOf(content));
  });

  // Would catch: markup, programs or anything of any size that goes up as a photo; a command without its photo.
  it('is bounded, sniffed, and there or not at all', async () => {
    const choose = (content: Buffer, name: string) => code(chosen(content, name));
    expect(await choose(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.png')).toBe(
      'EVIDENCE_TYPE',
    );
    expect(await choose(picture(9_000_000), 'b.png')).toBe('EVIDENCE_TOO_LARGE');
    const handle = await chosen(picture(2_000));
    services().evidence.drop(handle);
    const { last } = await services().outbox.state();
    expect(await code(fake([handle]))).toBe('EVIDENCE_GONE');
    const good = await chosen(picture(2_100));
    const refused = services().evidence.tell(
      'suspected-fake',
      { certificate, holder: '', place: '', note: '' },
      [good],
    );
    expect(await code(refused)).toBe('INPUT_INVALID');
    expect((await services().outbox.state()).last).toEqual(last);
    expect((await services().evidence.waiting()).files).toBe(0);
    rig.chosen.evidence = null;
    expect(await services().evidence.choose()).toBeNull();
    await rig.office.lock('person');
    await opened();
    expect(await code(fake([good]))).toBe('EVIDENCE_GONE');
  });
});
