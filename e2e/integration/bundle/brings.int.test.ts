import { execFileSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { takenByReader1 } from '../../../electron/main/services/bundle/former/reader-1';
import { AppError } from '../../../shared/errors/app-error';
import {
  bring,
  bundleFor,
  central,
  change,
  changeLate,
  choose,
  codeOf,
  enrolled,
  provenState,
  proxy,
  REGION,
  reopened,
  rigs,
  SMALL_VOLUME,
  serverCounts,
  sync,
} from './stick-rig';

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
