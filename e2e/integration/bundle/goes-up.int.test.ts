import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  BADGE,
  bring,
  bundleFor,
  central,
  change,
  choose,
  codeOf,
  enrolled,
  folder,
  password,
  provenState,
  proxy,
  serverCounts,
  sync,
} from './stick-rig';

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
