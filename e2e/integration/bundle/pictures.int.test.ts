import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takenByReader1 } from '../../../electron/main/services/bundle/former/reader-1';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { dayInShanghai } from '../../../shared/kernel/day';
import {
  bring,
  bundleFor,
  central,
  change,
  choose,
  enrolled,
  folder,
  handIn,
  REGION,
  SMALL_VOLUME,
} from './stick-rig';

function picture(bytes: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d494844520000001000000010', 'hex');
  return Buffer.concat([head, randomBytes(bytes - head.length)]);
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
