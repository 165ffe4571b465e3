import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { takenByReader1 } from '../../electron/main/services/bundle/former/reader-1';
import { takenByReader2 } from '../../electron/main/services/bundle/former/reader-2';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import type { MadeBundle } from '../../server/bundle/make-bundle';
import type { ServerParts } from '../../server/http/parts';
import { findWishes } from '../../server/store/device-wishes';
import {
  filterOf,
  keepPublication,
  keptFilters,
  latestPublication,
} from '../../server/store/national';
import { BASE_STATUSES } from '../../shared/domain/model';
import { readCascade } from '../../shared/domain/national/cascade';
import { cascadeDelta } from '../../shared/domain/national/cascade-delta';
import { AppError } from '../../shared/errors/app-error';
import type { RouteOutput } from '../../shared/ipc/contract';
import type { BundlePreview } from '../../shared/ipc/routes/bundle';
import { dayInShanghai } from '../../shared/kernel/day';
import {
  BUNDLE_VERSION,
  type Outgoing,
  type OutgoingHead,
  outgoingContext,
} from '../../shared/protocol/bundle';
import { readCode } from '../../shared/protocol/compact-code';
import { NationalSchema } from '../../shared/protocol/national';
import { SignedStatementSchema } from '../../shared/protocol/signed-statement';
import { startTestCentral as startCentral } from '../rigs/central';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy';
import { type DeskRig, enrolDesk, type RigOptions, startDeskRig } from './desk-rig';

const REGION = '3301';
const BADGE = 'A1';
const SMALL_VOLUME = 180 * 1024;
const password = () => new TextEncoder().encode('stick-2026');

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let proxy: CuttingProxy;
const rigs: DeskRig[] = [];
let sticks = 0;
let seeds = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-stick-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: 600 });
  proxy = await startCuttingProxy(central.url);
});
afterAll(async () => {
  await proxy.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  proxy.setDown(false);
});

interface Desk {
  readonly rig: DeskRig;
  readonly device: string;
}

const HOW = { region: REGION, users: [{ badge: BADGE, name: '王伟', role: 'inspector' }] } as const;

/** A desk that was enrolled over the line, which is down from then on. */
async function enrolled(options: Omit<RigOptions, 'through'> = {}): Promise<Desk> {
  proxy.setDown(true);
  const userData = await mkdtemp(join(folder, 'desk-'));
  const desk = await enrolDesk(central, password(), HOW, { ...options, userData, through: proxy });
  rigs.push(desk.rig);
  return desk;
}

async function reopened(userData: string): Promise<Desk> {
  const rig = await startDeskRig(userData, { through: proxy });
  rigs.push(rig);
  await rig.office.open({ badge: BADGE, password: password() });
  const { place } = await rig.office.state();
  return { rig, device: place.device };
}

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

type Order = Omit<Parameters<typeof central.bundle>[0], 'device' | 'out'>;
const bundleFor = ({ device }: Desk, order: Order = {}): Promise<MadeBundle> =>
  central.bundle({ device, out: join(folder, `stick-${++sticks}`), ...order });
const change = (random = 40) =>
  central.mutate({ region: REGION, random, seed: `change ${++seeds}` });

async function choose({ rig }: Desk, file: string | undefined): Promise<BundlePreview> {
  rig.chosen.bundle = file ?? null;
  const preview = await rig.office.demandServices().bundles.choose();
  if (preview === null) throw new Error('nothing chosen');
  return preview;
}
async function bring(desk: Desk, { files }: MadeBundle) {
  const { handle } = await choose(desk, files.at(-1));
  return desk.rig.office.demandServices().bundles.apply(handle);
}
async function sync({ rig }: Desk) {
  const { sync: service } = rig.office.demandServices();
  await service.settled();
  service.start();
  await service.settled();
  return service.status();
}
const serverParts = () => (central as unknown as { readonly parts: ServerParts }).parts;
/** Changes rows that a first load leaves for later: some as in every turn, some as in this one, and one goes. */
async function changeLate(turn: number) {
  const { client } = serverParts();
  const changes = [];
  for (const [entity, field] of [
    ['event', 'day'],
    ['training', 'hours'],
    ['exam', 'theory'],
  ] as const) {
    const rows = await client.query<{ id: number }>(`select id from e_${entity} order by id`);
    const ids = rows.map(({ id }) => Number(id));
    const at = (part: number, step: number) => ids[Math.floor(part * ids.length) + step] ?? 0;
    for (const part of [0.1, 0.5, 0.9])
      changes.push(
        { op: 'patch', entity, id: at(part, 0), fields: { [field]: 50 + turn } } as const,
        { op: 'patch', entity, id: at(part, 10 * turn), fields: { [field]: 60 } } as const,
      );
    const id = at(0.3, 0);
    changes.push({ op: 'exit', entity, id, reason: 'erroneous', day: 20_780 } as const);
  }
  await central.mutate({ region: REGION, changes });
}
/** Root and counts of the slice, recomputed from its rows. */
async function provenState({ rig }: Desk) {
  const { sync: service } = rig.office.demandServices();
  expect((await service.verify()).state).toBe('proven');
  const { proof, counts } = await service.status();
  return { root: proof.root, counts };
}
async function serverCounts() {
  return (await central.status()).regions.find(({ region }) => region === REGION)?.rows;
}

describe('a bundle brings what the line brings', () => {
  // Would catch: a first load that needs the line, a delta that leads elsewhere than the line, a second import that
  // changes something, a revocation that does not arrive.
  it('first load and changes by stick alone equal the line', async () => {
    const desk = await enrolled();
    const full = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    expect(full.files.length).toBeGreaterThan(1);
    // Nothing in it is newer than version 1: a device of before reads it.
    expect(full.files.map(takenByReader1)).toEqual(full.files.map(() => 'whole'));
    const preview = await choose(desk, full.files[1]);
    expect(preview).toMatchObject({ fit: 'first', have: null, volumes: full.files.length });
    expect(preview.rows).toBe(full.rows);
    const { bundles, sync: service } = desk.rig.office.demandServices();
    const imported = await bundles.apply(preview.handle);
    expect(imported).toMatchObject({ outcome: 'applied' });
    expect(imported.rows).toBeGreaterThanOrEqual(full.rows);
    expect((await service.status()).connection).not.toBe('online');
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
    expect((await choose(desk, full.files[0])).fit).toBe('applied');

    await change();
    await central.mutate({ region: REGION, revoke: 8 }).catch(() => undefined);
    const delta = await bundleFor(desk, { since: full.to });
    expect(delta).toMatchObject({ kind: 'delta', from: full.to });
    const next = await choose(desk, delta.files[0]);
    expect(next).toMatchObject({ fit: 'continues', from: full.to, have: full.to });
    expect(next.counts).toEqual(delta.counts);
    await bundles.apply(next.handle);
    const state = await provenState(desk);
    expect(state.counts).toEqual(await serverCounts());
    expect((await choose(desk, delta.files[0])).fit).toBe('applied');
    // The same again over the line, on a desk of its own.
    proxy.setDown(false);
    const other = await enrolled();
    proxy.setDown(false);
    await sync(other);
    expect(await provenState(other)).toEqual(state);
  });

  // Would catch: a stick refused because the line had been there meanwhile, a line that cannot go on after a stick,
  // two sticks that overlap.
  it('interleaves with the line and with other sticks', async () => {
    const desk = await enrolled();
    const first = await bundleFor(desk, { isFull: true });
    await bring(desk, first);
    await change();
    const one = await bundleFor(desk, { since: first.to });
    await change();
    const two = await bundleFor(desk, { since: first.to });
    await bring(desk, one);
    // The second begins where the first began: this desk is in its middle.
    expect(await choose(desk, two.files[0])).toMatchObject({ fit: 'continues', have: one.to });
    await bring(desk, two);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
    expect(await codeOf(choose(desk, one.files[0]))).toBe('BUNDLE_OLDER');
    // The line goes on from a stick, and a stick from the line.
    await change();
    proxy.setDown(false);
    const status = await sync(desk);
    expect(status.runs[0]).toMatchObject({ outcome: 'done', isFirst: false });
    proxy.setDown(true);
    await change();
    const three = await bundleFor(desk);
    expect(three.kind).toBe('delta');
    await bring(desk, three);
    const state = await provenState(desk);
    expect(state.counts).toEqual(await serverCounts());
    // A full one over data that are here already is a continuation too.
    await change();
    const full = await bundleFor(desk, { isFull: true });
    expect((await choose(desk, full.files[0])).fit).toBe('continues');
    await bring(desk, full);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });

  // Would catch: a bundle from the last contact that is refused because the line broke off between two pages: rows are
  // newer than the last proven state then, and changes that are told from the last page on fit nothing.
  it('continues a delta that broke off on the line', async () => {
    let pages = Number.POSITIVE_INFINITY;
    const desk = await enrolled({
      pageRows: 3,
      onStore: (store) => ({
        ...store,
        call: async (name, input) => {
          if (name === 'applyPage' && --pages < 0) throw new AppError('DISK_FULL', { neededMb: 1 });
          return store.call(name, input);
        },
      }),
    });
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await change(120);
    pages = 2;
    proxy.setDown(false);
    const broken = await sync(desk);
    proxy.setDown(true);
    expect(broken.runs[0]).toMatchObject({ outcome: 'failed', error: 'DISK_FULL' });
    pages = Number.POSITIVE_INFINITY;
    const { store } = desk.rig.office.demandServices();
    const { cursor, checkpoint } = await store.call('state', {});
    expect(cursor?.rseq).toBeGreaterThan(checkpoint?.rseq ?? Number.POSITIVE_INFINITY);
    await change(20);
    const made = await bundleFor(desk);
    expect(made).toMatchObject({ kind: 'delta', from: checkpoint?.rseq });
    expect((await choose(desk, made.files[0])).fit).toBe('continues');
    // One that begins where the line broke off is refused before anything of it is applied.
    const later = await bundleFor(desk, { since: cursor?.rseq });
    expect(await codeOf(choose(desk, later.files[0]))).toBe('BUNDLE_PREREQUISITE');
    expect(await bring(desk, made)).toMatchObject({ outcome: 'applied' });
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });

  // Would catch: a whole bundle that the preview takes and the import refuses, because the line has shown a newer
  // manifest meanwhile and brought nothing of it: what the bundle brings is newer than what is here all the same.
  it('brings a snapshot of before the newest manifest that was seen', async () => {
    let isRefusing = false;
    const desk = await enrolled({
      onStore: (store) => ({
        ...store,
        call: async (name, input) => {
          if (name === 'applyPage' && isRefusing) throw new AppError('DISK_FULL', { neededMb: 1 });
          return store.call(name, input);
        },
      }),
    });
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await change();
    await central.snapshot(REGION);
    const full = await bundleFor(desk, { isFull: true });
    await change();
    await central.snapshot(REGION);
    isRefusing = true;
    proxy.setDown(false);
    await sync(desk);
    proxy.setDown(true);
    isRefusing = false;
    expect((await choose(desk, full.files[0])).fit).toBe('first');
    expect(await bring(desk, full)).toMatchObject({ outcome: 'applied' });
    expect((await provenState(desk)).counts).toBeDefined();
  });

  // Would catch: a whole bundle that is refused, or shown as applied already, because the line has brought changes beyond
  // its base while what a first load left for later is missing; late rows of before that stay in the place of newer ones,
  // or that pass for the server's where the bundle could not mend them.
  it.each([
    ['that the stick fits', 0, true, 'proven'],
    ['some of which came late over the line', 2, true, 'differs'],
    ['that its changes are too old for', 0, false, 'differs'],
  ] as const)(
    'brings late rows to a slice that is beyond its base: rows %s',
    async (_name, come, isAhead, state) => {
      let room = 0;
      const desk = await enrolled({
        onStore: (store) => ({
          ...store,
          call: async (name, input) => {
            if (name === 'lateSegment' && room-- <= 0)
              throw new AppError('DISK_FULL', { neededMb: 1 });
            return store.call(name, input);
          },
        }),
      });
      const { bundles, store, sync: service } = desk.rig.office.demandServices();
      const overTheLine = async (segments: number) => {
        room = segments;
        proxy.setDown(false);
        expect((await sync(desk)).runs[0]).toMatchObject({ error: 'DISK_FULL' });
        proxy.setDown(true);
      };
      await overTheLine(0);
      await changeLate(1);
      await overTheLine(come);
      // The objects that the first load would go on with are on no stick any more.
      await central.snapshot(REGION);
      await changeLate(2);
      await overTheLine(0);
      const { cursor, isWhole } = await store.call('state', {});
      expect(isWhole).toBe(false);
      const here = await bundleFor(desk, { isFull: true });
      expect(here.to).toBe(cursor?.rseq);
      // The line signs the same state once more, which it does once a second for all who ask, or the next stick goes on
      // from it.
      if (isAhead) await changeLate(3);
      else {
        await setTimeout(1_000);
        await overTheLine(0);
      }
      room = Number.POSITIVE_INFINITY;
      const made = isAhead ? await bundleFor(desk, { isFull: true }) : here;
      const before = (await service.asOf()) ?? 0;
      const { handle, fit, issuedMs } = await choose(desk, made.files[0]);
      expect([fit, issuedMs > before]).toEqual(['continues', isAhead]);
      expect(await bundles.apply(handle)).toMatchObject({ outcome: 'applied' });
      expect(await service.asOf()).toBeGreaterThanOrEqual(before);
      expect((await store.call('state', {})).isWhole).toBe(true);
      expect((await service.status()).proof.state).toBe(state);
      expect((await service.verify()).state).toBe(state);
      proxy.setDown(false);
      expect((await sync(desk)).proof.state).toBe('proven');
      expect((await provenState(desk)).counts).toEqual(await serverCounts());
    },
  );

  // Would catch: an import that must begin anew after a crash, or that leaves a slice which does not open.
  it('goes on after the store was killed in the middle', async () => {
    const desk = await enrolled();
    const full = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    const preview = await choose(desk, full.files[0]);
    const { bundles } = desk.rig.office.demandServices();
    const applying = codeOf(bundles.apply(preview.handle));
    await expect
      .poll(() => desk.rig.events.some(({ name }) => name === 'sync.progressed'), {
        timeout: 30_000,
        interval: 5,
      })
      .toBe(true);
    killStore();
    expect(await applying).not.toBe('INTERNAL');
    await desk.rig.office.lock('store-crashed');
    await desk.rig.close();
    rigs.splice(rigs.indexOf(desk.rig), 1);
    const again = await reopened(desk.rig.userData);
    expect(await bring(again, full)).toMatchObject({ outcome: 'applied' });
    expect((await provenState(again)).counts).toEqual(await serverCounts());
  });

  // Would catch: another stick that is chosen meanwhile and closes the one that is read, so that a sound one is called
  // altered in the middle of a load; a second start that ends the first.
  it('is not disturbed by another one that is chosen or begun meanwhile', async () => {
    const desk = await enrolled();
    const full = await bundleFor(desk, { isFull: true });
    const preview = await choose(desk, full.files[0]);
    const { bundles } = desk.rig.office.demandServices();
    const applying = bundles.apply(preview.handle);
    expect(await codeOf(choose(desk, full.files[0]))).toBe('BUSY');
    expect(await codeOf(bundles.apply(preview.handle))).toBe('BUSY');
    expect(await applying).toMatchObject({ outcome: 'applied' });
    expect(await bring(desk, full)).toMatchObject({ outcome: 'applied' });
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });

  // Would catch: a cancelled import that loses what it had, or cannot be taken up again.
  it('can be stopped and taken up again', async () => {
    const desk = await enrolled();
    const full = await bundleFor(desk, { isFull: true });
    const preview = await choose(desk, full.files[0]);
    const { bundles } = desk.rig.office.demandServices();
    const applying = bundles.apply(preview.handle);
    await bundles.cancel();
    const stopped = await applying;
    if (stopped.outcome === 'cancelled') {
      expect(await bundles.apply(preview.handle)).toMatchObject({ outcome: 'applied' });
    }
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });
});

/** SIGKILL to the store process of this test: our own child, by its number. */
function killStore(): void {
  const list = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)]).toString();
  for (const line of list.split('\n')) {
    const [, pid] = /^\s*(\d+) .*dist\/store\/store\.cjs/.exec(line) ?? [];
    if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
  }
}

describe('a bundle that cannot be used is refused for its own reason', () => {
  // Would catch: a reason that is another's, a refusal that touches the slice, files of two bundles taken for one.
  it('each with its code, the slice as it was', async () => {
    const desk = await enrolled();
    const full = await bundleFor(desk, { isFull: true });
    await bring(desk, full);
    await change();
    const delta = await bundleFor(desk, { since: full.to });
    await change();
    const later = await bundleFor(desk, { since: delta.to });
    const before = await provenState(desk);
    const other = await enrolled();
    const theirs = await bundleFor(other, { isFull: true });
    const third = await enrolDesk(central, password(), { ...HOW, code: '330199' });
    rigs.push(third.rig);
    const elsewhere = await central.bundle({
      device: third.device,
      out: join(folder, 'elsewhere'),
      isFull: true,
    });
    const refusal = (file: string | undefined) => codeOf(choose(desk, file));
    expect(await refusal(theirs.files[0])).toBe('BUNDLE_OTHER_DEVICE');
    expect(await refusal(elsewhere.files[0])).toBe('BUNDLE_OTHER_OFFICE');
    expect(await refusal(later.files[0])).toBe('BUNDLE_PREREQUISITE');
    expect(await refusal(join(folder, 'no such file.fcb'))).toBe('BUNDLE_GONE');
    // Changes only, for a desk without data.
    const forNone = await central.bundle({
      device: other.device,
      out: join(folder, 'for none'),
      since: full.to,
    });
    expect(await codeOf(choose(other, forNone.files[0]))).toBe('BUNDLE_NEEDS_FULL');

    const foreign = join(folder, 'foreign.fcb');
    await writeFile(foreign, 'PK not a bundle at all, but long enough to be looked at');
    expect(await refusal(foreign)).toBe('BUNDLE_NOT_ONE');
    const bytes = await readFile(delta.files[0] ?? '');
    const newer = Buffer.from(bytes);
    newer.writeUInt8(BUNDLE_VERSION + 1, 8);
    await writeFile(foreign, newer);
    expect(await refusal(foreign)).toBe('BUNDLE_NEWER');
    await writeFile(foreign, bytes.subarray(0, bytes.length - 100));
    expect(await refusal(foreign)).toBe('BUNDLE_CUT');
    // Signed by nobody we know: another server's bundle with the names of this device.
    const text = bytes
      .toString('latin1')
      .replace(/"sig":"(.)/, (_, first: string) => (first === 'A' ? '"sig":"B' : '"sig":"A'));
    await writeFile(foreign, Buffer.from(text, 'latin1'));
    expect(await refusal(foreign)).toBe('BUNDLE_FORGED');
    await rm(foreign);

    const parts = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    const lone = join(folder, 'lone');
    await mkdir(lone);
    const [firstPart = '', secondPart = ''] = parts.files;
    await copyFile(firstPart, join(lone, 'a.fcb'));
    expect(await refusal(join(lone, 'a.fcb'))).toBe('BUNDLE_VOLUME_MISSING');
    const twin = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    await copyFile(twin.files[1] ?? '', join(lone, 'b.fcb'));
    expect(await refusal(join(lone, 'a.fcb'))).toBe('BUNDLE_MIXED');
    // Names do not matter, and strangers beside a whole bundle do not either.
    for (const [i, file] of parts.files.entries())
      await copyFile(file, join(lone, `renamed-${9 - i}.FCB`));
    expect((await choose(desk, join(lone, 'renamed-9.FCB'))).volumes).toBe(parts.files.length);
    // Pulled out between the check and the import.
    const gone = await choose(desk, delta.files[0]);
    await rename(delta.files[0] ?? '', `${delta.files[0]}.away`);
    const { bundles } = desk.rig.office.demandServices();
    expect(await codeOf(bundles.apply(gone.handle))).toBe('BUNDLE_GONE');
    expect(await provenState(desk)).toEqual(before);
    await rename(`${delta.files[0]}.away`, delta.files[0] ?? '');
    await bring(desk, delta);
    await bring(desk, later);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
    expect(basename(secondPart)).toMatch(/-002\.fcb$/);
  });

  // Would catch: one byte anywhere in a bundle that is not covered by a signature, a hash or a tag.
  it('whatever is altered, cut or swapped in its files', async () => {
    const desk = await enrolled();
    const made = await bundleFor(desk, { isFull: true, volumeBytes: SMALL_VOLUME });
    const sound = await Promise.all(made.files.map((file) => readFile(file)));
    const place = join(folder, 'altered');
    const write = async (volumes: readonly Buffer[]) => {
      await rm(place, { recursive: true, force: true });
      await mkdir(place);
      for (const [i, volume] of volumes.entries()) await writeFile(join(place, `${i}.fcb`), volume);
    };
    const refusal = async (volumes: readonly Buffer[]) => {
      await write(volumes);
      return codeOf(choose(desk, join(place, '0.fcb')));
    };
    expect(await refusal(sound)).toBe('none');
    const volumeOf = fc.nat({ max: sound.length - 1 });
    const fault = fc.oneof(
      fc.record({
        kind: fc.constant('flip'),
        volume: volumeOf,
        at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        bit: fc.nat({ max: 7 }),
      }),
      // The ends of a file matter most: head, index, length, mark.
      fc.record({
        kind: fc.constant('flip-end'),
        volume: volumeOf,
        at: fc.nat({ max: 1_400 }),
        bit: fc.nat({ max: 7 }),
      }),
      fc.record({
        kind: fc.constant('flip-head'),
        volume: volumeOf,
        at: fc.nat({ max: 40 }),
        bit: fc.nat({ max: 7 }),
      }),
      fc.record({
        kind: fc.constant('cut'),
        volume: volumeOf,
        at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        bit: fc.constant(0),
      }),
      fc.record({
        kind: fc.constant('swap'),
        volume: fc.integer({ min: 1, max: sound.length - 1 }),
        at: fc.constant(0),
        bit: fc.constant(0),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fault, async ({ kind, volume, at, bit }) => {
        const volumes = sound.map((bytes) => Buffer.from(bytes));
        const target = volumes[volume] ?? Buffer.alloc(0);
        const place_ =
          kind === 'flip'
            ? Math.floor(at * target.length)
            : kind === 'flip-head'
              ? at
              : target.length - 1 - at;
        if (kind === 'cut') volumes[volume] = target.subarray(0, Math.floor(at * target.length));
        else if (kind === 'swap') {
          // The bodies change places, heads and numbers stay.
          const [first = Buffer.alloc(0)] = volumes;
          volumes[0] = Buffer.concat([first.subarray(0, 27), target.subarray(27)]);
          volumes[volume] = Buffer.concat([target.subarray(0, 27), first.subarray(27)]);
        } else target[place_] = (target[place_] ?? 0) ^ (1 << bit);
        expect(await refusal(volumes)).toMatch(/^BUNDLE_/);
      }),
      { numRuns: Number(process.env.FIELDCERT_BUNDLE_RUNS ?? 120) },
    );
    const { store } = desk.rig.office.demandServices();
    expect((await store.call('state', {})).hasSlice).toBe(false);
    await write(sound);
    const { handle } = await choose(desk, join(place, '0.fcb'));
    await desk.rig.office.demandServices().bundles.apply(handle);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });
});

describe('what goes up by a stick', () => {
  // Would catch: an outbox that needs the line, verdicts that do not come back, a receipt that is not believed, an
  // order that the stick does not bring, a failed attempt that nobody at the centre hears of.
  it('is taken at the centre, and its answer comes with the next bundle', async () => {
    const desk = await enrolled();
    const { device, rig } = desk;
    await bring(desk, await bundleFor(desk, { isFull: true }));
    const { outbox, outgoing, control, sync: service } = rig.office.demandServices();
    await control.act({
      act: 'lease-renewed',
      directive: null,
      persons: [BADGE],
      atMs: rig.clock.highestMs(),
    });
    expect((await outbox.state()).pending).toBe(1);
    // One attempt that fails, for the centre to hear of.
    await sync(desk);
    expect((await service.status()).runs[0]?.outcome).toBe('failed');
    expect(await outgoing.preview()).toMatchObject({ commands: 1, lastMs: null });
    rig.chosen.folder = null;
    expect((await outgoing.write()).files).toBeNull();
    const stick = await mkdtemp(join(folder, 'up-'));
    rig.chosen.folder = stick;
    const written = await outgoing.write();
    // The act, and the audit log in a page of its own.
    expect(written).toMatchObject({ commands: 2 });
    expect(await readdir(stick)).toEqual(written.files);
    const bytes = await readFile(join(stick, written.files?.[0] ?? ''));
    // A finder of the stick reads neither who nor what.
    expect(bytes.includes('lease-renewed')).toBe(false);
    expect(bytes.includes('device-act')).toBe(false);
    expect(await central.bundleIn(bytes)).toMatchObject({ device, verdicts: { applied: 2 } });
    expect(await central.bundleIn(bytes)).toMatchObject({ verdicts: { applied: 2 } });
    expect((await outbox.state()).pending).toBe(2);
    const lag = (await central.lag()).find((row) => row.device === device);
    expect(lag).toMatchObject({ via: 'stick', pending: 2, failures: 1 });
    expect(lag?.lastFailure?.code).toMatch(/^SYNC_/);
    // The next bundle knows where the desk is by its report, and brings the verdict and an order.
    await change();
    await central.directive({ device, kind: 'practise', reason: '季度演练' });
    await central.directive({ device, kind: 'lock', reason: '清点设备' });
    const made = await bundleFor(desk);
    expect(made).toMatchObject({ kind: 'delta', verdicts: 2, directives: 2 });
    const preview = await choose(desk, made.files[0]);
    expect(preview.directives).toMatchObject([
      { kind: 'practise', reason: '季度演练' },
      { kind: 'lock', reason: '清点设备' },
    ]);
    expect(preview.leaseUntilMs).toBeGreaterThan(Date.now());
    const { bundles } = rig.office.demandServices();
    expect(await bundles.apply(preview.handle)).toMatchObject({ outcome: 'locked' });
    expect((await rig.office.state()).phase).toBe('locked');
    await rig.office.open({ badge: BADGE, password: password() });
    // Carried out once: now the data come.
    expect(await bring(desk, made)).toMatchObject({ outcome: 'applied' });
    const after = rig.office.demandServices();
    expect(await after.outbox.state()).toMatchObject({ pending: 2, rejected: 0 });
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
    // The order's receipt goes up with the next stick: the order is not given again.
    const next = await after.outgoing.write();
    const taken = await central.bundleIn(await readFile(join(stick, next.files?.[0] ?? '')));
    expect(taken).toMatchObject({ receipts: 2 });
    expect((await central.directives(device)).map(({ outcome }) => outcome)).toEqual([
      'locked',
      'practised',
    ]);
    expect((await bundleFor(desk, { isFull: true })).directives).toBe(0);
  });

  // Would catch: a stick that is full or gone and leaves half a file that somebody hands in.
  it('leaves nothing half on a place that takes no files', async () => {
    const desk = await enrolled();
    desk.rig.chosen.folder = join(folder, 'no such place');
    const { outgoing } = desk.rig.office.demandServices();
    expect(await codeOf(outgoing.write())).toBe('BUNDLE_GONE');
    expect(await outgoing.preview()).toMatchObject({ lastMs: null });
  });

  // Would catch: a desk whose failed attempts the centre never learns over the line.
  it('reports over the line what failed before', async () => {
    const desk = await enrolled();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await sync(desk);
    proxy.setDown(false);
    await sync(desk);
    const lag = (await central.lag()).find((row) => row.device === desk.device);
    expect(lag).toMatchObject({ via: 'line', lagChanges: 0, failures: 1 });
    await sync(desk);
    expect((await central.lag()).find((row) => row.device === desk.device)?.failures).toBe(1);
  });
});

/** A picture of so many bytes: whole by its head, noise behind. */
function picture(bytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000001000000010', 'hex');
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
}

/** Writes what waits onto a stick and takes it at the centre, file by file. */
async function handIn({ rig }: Desk) {
  const stick = await mkdtemp(join(folder, 'up-'));
  rig.chosen.folder = stick;
  const written = await rig.office.demandServices().outgoing.write();
  const taken: Awaited<ReturnType<typeof central.bundleIn>>[] = [];
  for (const name of written.files ?? [])
    taken.push(await central.bundleIn(await readFile(join(stick, name))));
  return { written, taken };
}

describe('pictures by stick alone', () => {
  // Would catch: a device without a line that never sees a photo, pictures in plain on its disk, beyond its budget, of
  // rows that it does not have, or a report whose photo never leaves it.
  it('come as they were wished, and evidence goes out and is confirmed', async () => {
    const desk = await enrolled();
    const { rig, device } = desk;
    await bring(desk, await bundleFor(desk, { isFull: true }));
    const { attachments, evidence, outgoing, store, paths } = rig.office.demandServices();
    const soon = await store.call('attachmentsWanted', { days: 90, limit: 2_000 });
    expect(soon.length).toBeGreaterThan(2);
    // One is asked for by hand: it comes before the others.
    const found = (await store.call('portRequest', {
      route: 'search.query',
      input: { text: '', filter: {}, offset: 0, limit: 200 },
    })) as { readonly data?: { readonly items: readonly { readonly id: number }[] } };
    const soonIds = new Set(soon.map(({ id }) => id));
    let asked: { certificate: number; id: number } | undefined;
    for (const { id: certificate } of found.data?.items ?? []) {
      const own = await attachments.of(certificate);
      const item = [...(own.photo === null ? [] : [own.photo]), ...own.files].find(
        ({ id }) => !soonIds.has(id),
      );
      if (asked === undefined && item !== undefined) asked = { certificate, id: item.id };
    }
    if (asked === undefined) throw new Error('every attachment is wanted anyway');
    expect(await attachments.view(asked.certificate, asked.id)).toEqual({ state: 'queued' });

    const content = picture(20_000);
    const file = join(folder, 'evidence.png');
    await writeFile(file, content);
    rig.chosen.evidence = file;
    const chosen = await evidence.choose();
    const report = { certificate: asked.certificate, holder: '王某', place: '工地', note: '印章' };
    await evidence.tell('suspected-fake', report, [chosen?.handle ?? '']);
    expect(await outgoing.preview()).toMatchObject({
      commands: 1,
      evidence: 1,
      pictures: soon.length + 1,
      needsWhole: false,
    });
    const { written, taken } = await handIn(desk);
    expect(written).toMatchObject({ evidence: 1 });
    expect(taken[0]?.evidence).toEqual({ whole: 1, refused: 0, unnamed: 0 });
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(Buffer.from((await central.readEvidence(device, sha256)) ?? []).equals(content)).toBe(
      true,
    );
    // It leaves the device with the server's word alone.
    expect((await evidence.waiting()).files).toBe(1);

    await change(5);
    const made = await bundleFor(desk, { volumeBytes: SMALL_VOLUME });
    expect(made).toMatchObject({ version: 2, pictures: soon.length + 1 });
    // A program that knows version 1 alone refuses it by name; what needs no more stays readable to it.
    expect(made.files.map(takenByReader1)).toEqual(made.files.map(() => 'newer'));
    const preview = await choose(desk, made.files[0]);
    expect(preview).toMatchObject({ fit: 'continues', pictures: soon.length + 1 });
    const { bundles } = rig.office.demandServices();
    expect(await bundles.apply(preview.handle)).toMatchObject({
      outcome: 'applied',
      pictures: soon.length + 1,
      picturesLeft: 0,
    });
    expect((await evidence.waiting()).files).toBe(0);
    await expect.poll(() => attachments.storage().waiting, { timeout: 30_000 }).toBe(0);
    expect(await attachments.view(asked.certificate, asked.id)).toMatchObject({ state: 'here' });
    const names = await readdir(paths.attachments);
    expect(names).toHaveLength(soon.length + 1);
    for (const name of names) {
      const bytes = await readFile(join(paths.attachments, name));
      expect([
        bytes.toString('latin1', 0, 4),
        /PNG\r\n|%PDF-/.test(bytes.toString('latin1')),
      ]).toEqual(['FCAT', false]);
    }
    // The same again keeps nothing twice; a small budget leaves out, and says so.
    expect(await bring(desk, made)).toMatchObject({ pictures: 0, picturesLeft: 0 });
    await attachments.clear();
    const { size } = await stat(made.files[0] ?? '');
    expect(size).toBeLessThanOrEqual(SMALL_VOLUME);
  });

  // Would catch: a budget that a stick may overrun, a full cache that loses what somebody asked for, and silence about it.
  it('leave out what has no room, and say so', async () => {
    const desk = await enrolled();
    const { rig } = desk;
    await bring(desk, await bundleFor(desk, { isFull: true }));
    const { attachments, store } = rig.office.demandServices();
    const today = dayInShanghai(Date.now());
    let owner: { readonly id: number } | undefined;
    for (let offset = 0; owner === undefined && offset < 600; offset += 100) {
      const input = { text: '', filter: {}, offset, limit: 100 };
      const page = (await store.call('portRequest', { route: 'search.query', input })) as {
        readonly data?: RouteOutput<'search.query'>;
      };
      owner = page.data?.items.find(
        ({ validity: { validTo } }) => validTo >= today && validTo < today + 80,
      );
    }
    if (owner === undefined) throw new Error('no certificate ends soon');
    for (let i = 0; i < 4; i++)
      await central.attach(REGION, { owner: owner.id, kind: 'scan', content: picture(400_000) });
    await bring(desk, await bundleFor(desk));
    const { taken } = await handIn(desk);
    expect(taken).toHaveLength(1);
    const made = await bundleFor(desk);
    await attachments.setBudget(1);
    const { pictures, picturesLeft } = await bring(desk, made);
    expect(pictures + picturesLeft).toBe(made.pictures);
    expect(picturesLeft).toBeGreaterThan(1);
    expect(attachments.storage().usedBytes).toBeLessThanOrEqual(900_000);
    await attachments.setBudget(500);
    expect(await bring(desk, made)).toMatchObject({ pictures: picturesLeft, picturesLeft: 0 });
  });
});

describe('the national status filter by stick alone', () => {
  const national = ({ rig }: Desk) => rig.office.demandServices().national;
  /** A delta to the newest filter, which the centre hands out for large ones alone. */
  async function handOutDelta() {
    const { client } = serverParts();
    const [to, from] = (await keptFilters(client)).map(({ sha256, filter }) => {
      const cascade = readCascade(filter);
      if (!cascade.ok) throw new Error(cascade.error);
      return { sha256, cascade: cascade.value };
    });
    const newest = await latestPublication(client);
    if (to === undefined || from === undefined) throw new Error('publications');
    await client.query('delete from national_delta');
    await client.query('insert into national_delta (from_sha256, seq, delta) values ($1, $2, $3)', [
      from.sha256,
      Number(newest?.seq),
      cascadeDelta(from.cascade, to.cascade),
    ]);
  }
  /** What the desk says of the code of a certificate that is in force, or of one that is not. */
  async function judged(desk: Desk, isInForce: boolean) {
    const [row] = await serverParts().client.query<{ id: number }>(
      `select id from e_certificate where (c_base_status = $1) = $2 order by id limit 1`,
      [BASE_STATUSES.valid, isInForce],
    );
    const code = readCode(await central.codeOf(REGION, Number(row?.id)));
    return code.ok ? national(desk).judge(code.value) : code.error;
  }

  /**
   * What a server of version 2 makes of a file: how many commands it takes. It knows no other wishes than those of its
   * time and refuses a file with another one whole.
   */
  async function takenByServer2(file: Buffer): Promise<number | 'newer' | 'refused'> {
    if (file.readUInt8(8) > 2) return 'newer';
    const head = 13 + file.readUInt32BE(9);
    const { id, device } = JSON.parse(file.toString('utf8', 13, head)) as OutgoingHead;
    const box = new Uint8Array(file.subarray(head));
    const plain = await serverParts().keys.openBox(box, outgoingContext(id, device));
    if (plain === undefined) throw new Error('sealed to somebody else');
    const { commands, wishes = {} } = JSON.parse(gunzipSync(plain).toString('utf8')) as Outgoing;
    const known = ['reads', 'pictures', 'pictureBytes', 'needsWhole'];
    return Object.keys(wishes).every((wish) => known.includes(wish)) ? commands.length : 'refused';
  }

  // Would catch: an office whose commands a centre that is older than its program refuses, for a wish that only saves bytes.
  it('is named in a file of its own, so that a server of before takes the commands', async () => {
    const desk = await enrolled();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await central.national.publish();
    await handIn(desk);
    await bring(desk, await bundleFor(desk, { isFull: true }));
    const held = national(desk).facts?.filter.sha256;
    expect(held).toBeDefined();
    const { control, outbox, outgoing } = desk.rig.office.demandServices();
    await control.act({
      act: 'lease-renewed',
      directive: null,
      persons: [BADGE],
      atMs: desk.rig.clock.highestMs(),
    });
    const waiting = (await outbox.state()).pending;
    expect(waiting).toBeGreaterThan(0);
    const stick = await mkdtemp(join(folder, 'former-'));
    desk.rig.chosen.folder = stick;
    const { files } = await outgoing.write();
    const made = await Promise.all((files ?? []).map((name) => readFile(join(stick, name))));
    expect(await Promise.all(made.map(takenByServer2))).toEqual([expect.any(Number), 'newer']);
    expect(await takenByServer2(made[0] ?? Buffer.alloc(0))).toBeGreaterThanOrEqual(waiting);
    // The server of today learns what is held, in whatever order they are handed in.
    for (const file of [...made].reverse()) await central.bundleIn(file);
    const { client } = serverParts();
    const told = () => findWishes(client, desk.device);
    expect(await told()).toMatchObject({ reads: BUNDLE_VERSION, holdsFilter: held });
  });

  // Would catch: an office without a line that takes revoked people from elsewhere for good ones, a filter that older
  // programs refuse the whole stick for, one that goes back to an older one, or is there before the person said yes.
  it('comes to a desk that said that it reads it, and never goes back', async () => {
    const desk = await enrolled();
    const { paths, bundles } = desk.rig.office.demandServices();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await central.national.publish();
    // The centre has not heard what this program reads: what it makes is for everybody.
    expect(await bundleFor(desk)).toMatchObject({ version: 1, nationalDay: null });
    await handIn(desk);
    const one = await bundleFor(desk, { isFull: true });
    const day = dayInShanghai(Date.now());
    expect(one.version).toBe(3);
    expect(one.nationalDay).toBeGreaterThanOrEqual(day - 1);
    expect(one.files.map(takenByReader1)).toEqual(one.files.map(() => 'newer'));
    expect(one.files.map(takenByReader2)).toEqual(one.files.map(() => 'newer'));
    const preview = await choose(desk, one.files[0]);
    expect(preview.nationalDay).toBe(one.nationalDay);
    expect([national(desk).facts, await judged(desk, true)]).toEqual([null, null]);
    await bundles.apply(preview.handle);
    expect(await judged(desk, true)).toMatchObject({ state: 'genuine', status: 'clear' });
    expect(await judged(desk, false)).toMatchObject({ state: 'genuine', status: 'listed' });
    const first = await readFile(paths.national, 'utf8');
    // The same once more brings nothing and changes nothing.
    expect((await choose(desk, one.files[0])).nationalDay).toBeNull();
    expect(await bring(desk, one)).toMatchObject({ outcome: 'applied' });
    expect(await readFile(paths.national, 'utf8')).toBe(first);

    await central.national.publish();
    const two = await bundleFor(desk, { isFull: true });
    await bring(desk, two);
    const second = await readFile(paths.national, 'utf8');
    expect(second).not.toBe(first);
    expect((await choose(desk, one.files[0])).nationalDay).toBeNull();
    const { proof } = await desk.rig.office.demandServices().sync.status();
    await bring(desk, one);
    expect(await readFile(paths.national, 'utf8')).toBe(second);
    // Nor does the time as of which the data are proven.
    expect((await desk.rig.office.demandServices().sync.status()).proof).toEqual(proof);
    // What leads to the next one from what it said it holds comes in its place; a desk that holds another by then takes the
    // data and leaves it, and is brought the whole when it said so.
    await handIn(desk);
    await central.national.publish();
    await handOutDelta();
    const three = await bundleFor(desk, { isFull: true });
    expect(three.version).toBe(4);
    const held = await readFile(paths.nationalFilter);
    await rm(paths.nationalFilter);
    await national(desk).opened();
    expect((await choose(desk, three.files[0])).nationalDay).toBeNull();
    expect(await bring(desk, three)).toMatchObject({ outcome: 'applied' });
    expect(national(desk).facts).toBeNull();
    await handIn(desk);
    expect((await bundleFor(desk, { isFull: true })).version).toBe(3);
    await Promise.all([writeFile(paths.nationalFilter, held), writeFile(paths.national, second)]);
    await national(desk).opened();
    expect((await choose(desk, three.files[0])).nationalDay).toBe(three.nationalDay);
    await bring(desk, three);
    expect((await readFile(paths.nationalFilter)).toString('latin1', 0, 4)).toBe('FCNF');
    expect(await judged(desk, true)).toMatchObject({ state: 'genuine', status: 'clear' });
    expect(await judged(desk, false)).toMatchObject({ state: 'genuine', status: 'listed' });
    const third = await readFile(paths.national, 'utf8');
    expect(third).not.toBe(second);
    await Promise.all([writeFile(paths.nationalFilter, held), writeFile(paths.national, second)]);
    await national(desk).opened();
    // A disk that lost it gets it back from the same stick, though its data are all here.
    await rm(paths.nationalFilter);
    await national(desk).opened();
    expect(national(desk).facts).toBeNull();
    expect(await choose(desk, two.files[0])).toMatchObject({
      fit: 'applied',
      nationalDay: two.nationalDay,
    });
    await bring(desk, two);
    expect(await readFile(paths.national, 'utf8')).toBe(second);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });

  // Would catch: a filter that nobody signed, that was changed or cut and is believed, or a refusal that comes after half
  // of the stick was applied.
  it('is refused before anything is applied where it is not what our centre signed', async () => {
    const desk = await enrolled();
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await central.national.publish();
    await handIn(desk);
    await bring(desk, await bundleFor(desk));
    await change();
    const { paths } = desk.rig.office.demandServices();
    const before = await provenState(desk);
    const kept = await readFile(paths.national, 'utf8');
    const { client, statements } = serverParts();
    const newest = await latestPublication(client);
    if (newest === undefined) throw new Error('nothing published');
    const { payload } = SignedStatementSchema.parse(JSON.parse(newest.statement));
    const published = NationalSchema.parse(JSON.parse(payload));
    const filter = (await filterOf(client, published.filter.sha256)) ?? new Uint8Array();
    /** A publication in the server's own table that says one thing of bytes that are another. */
    const publish = async (bytes: Uint8Array, said: number, isForged = false) => {
      const seq = Number((await latestPublication(client))?.seq) + 1;
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const told = { ...published, seq, filter: { ...published.filter, sha256, bytes: said } };
      const signed = await statements.sign(NationalSchema.parse(told));
      const statement = JSON.stringify(
        isForged ? { ...signed, payload: signed.payload.replace('"day":', '"day": ') } : signed,
      );
      await keepPublication(client, {
        seq,
        statement,
        filter: bytes,
        madeMs: Date.now(),
        deltas: new Map(),
      });
    };
    const altered = Uint8Array.from(filter);
    altered[4] = 99;
    const cases = [
      ['BUNDLE_FORGED', () => publish(filter, filter.length, true)],
      ['BUNDLE_ALTERED', () => publish(altered, altered.length)],
      ['BUNDLE_ALTERED', () => publish(filter.slice(0, -3), filter.length)],
      ['BUNDLE_ALTERED', () => publish(filter.slice(0, -3), filter.length - 3)],
    ] as const;
    for (const [code, act] of cases) {
      await act();
      const made = await bundleFor(desk);
      expect(made.version).toBe(3);
      expect(await codeOf(choose(desk, made.files[0]))).toBe(code);
    }
    expect(await readFile(paths.national, 'utf8')).toBe(kept);
    expect(await provenState(desk)).toEqual(before);
    await central.national.publish();
    const { handle, nationalDay } = await choose(desk, (await bundleFor(desk)).files[0]);
    expect(nationalDay).not.toBeNull();
    await desk.rig.office.demandServices().bundles.apply(handle);
    expect(await readFile(paths.national, 'utf8')).not.toBe(kept);
    expect((await provenState(desk)).counts).toEqual(await serverCounts());
  });
});

describe('a slice that differs', () => {
  // Would catch: a device without a line whose data stay wrong for ever, or that is mended by an older state, in which a
  // revoked certificate is valid again; and one whose difference only the stick's own page shows, forgotten when that page is refused.
  it('is mended by sticks alone', async () => {
    const desk = await enrolled();
    const { rig } = desk;
    await bring(desk, await bundleFor(desk, { isFull: true }));
    await change();
    await bring(desk, await bundleFor(desk));
    const before = await provenState(desk);
    const { paths, sessions, sync: service, outgoing } = rig.office.demandServices();
    const key = sessions.demand().keys.copy('slice');
    const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
    // In every bucket, so that a page touches one: nobody checks the rows before the stick comes.
    db.transaction(() => {
      db.exec('update certificate set baseStatus = 3 where baseStatus = 1');
      const [gone] = db.get(sql`select max(id) from event`) ?? [];
      db.run(sql`delete from event where id = ${gone ?? 0}`);
    });
    db.close();
    expect((await service.status()).proof.state).toBe('proven');
    // Changes alone do not mend it, and a whole one from before what is here must not.
    await change(10);
    expect(await codeOf(bring(desk, await bundleFor(desk)))).toBe('BUNDLE_MENDS_NOT');
    expect(await codeOf(bring(desk, await bundleFor(desk, { isFull: true })))).toBe(
      'BUNDLE_MENDS_NOT',
    );
    expect((await service.status()).proof.state).toBe('differs');
    expect(await outgoing.preview()).toMatchObject({ needsWhole: true });
    const { taken } = await handIn(desk);
    expect(taken[0]?.needsWhole).toBe(true);
    await change(10);
    const made = await bundleFor(desk);
    expect(made.kind).toBe('full');
    const preview = await choose(desk, made.files[0]);
    expect(preview).toMatchObject({ fit: 'mends', rows: made.rows });
    expect(await rig.office.demandServices().bundles.apply(preview.handle)).toMatchObject({
      outcome: 'applied',
    });
    const after = await provenState(desk);
    expect(after.root).not.toBe(before.root);
    expect(after.counts).toEqual(await serverCounts());
    expect((await outgoing.preview()).needsWhole).toBe(false);
    await handIn(desk);
    expect((await bundleFor(desk)).kind).toBe('delta');
  });
});
