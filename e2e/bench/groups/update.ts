import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBlockMap } from '../../../build/release/blocks';
import { AppImageSwap } from '../../../electron/main/services/update/appimage-swap';
import { blockMapName } from '../../../shared/protocol/release-blocks';
import type { Release } from '../../../shared/protocol/release-metadata';
import { someKeys, someRelease } from '../../../shared/protocol/test/release-keys';
import { fileOf, serveSite, siteOf, someSite } from '../../integration/release-site';
import { startUpdates } from '../../integration/updates-rig';
import { freshFolder } from '../frame/folders';
import { timeMs } from '../frame/measure';
import type { Report } from '../frame/report';
import type { BenchGroup } from './context';

const MB = 1_000_000;
/** About what a package is. */
const RELEASE_BYTES = 100 * MB;

/** What a new version may change of the old: a few parts, one of them longer than before. */
const CHANGED_BYTES = 50_000;

/** A release over a line that is cut every megabyte, and what it costs to verify it and put it in place. */
export const update: BenchGroup = {
  async run({ report }) {
    const keys = someKeys();
    const { file, site, content } = someSite(keys, RELEASE_BYTES);
    const server = await serveSite(site, { hasRange: true, tag: '"one"', cutAfter: MB });
    const home = freshFolder('update');
    const rig = startUpdates({ home, keys, address: server.address });
    try {
      writeFileSync(rig.appImage, content);
      await rig.updates.check();
      const sentBefore = server.sent();
      await rig.updates.bringFound();
      const waste = (server.sent() - sentBefore) / file.bytes;
      if (rig.updates.status().phase !== 'waiting') throw new Error('the release was not fetched');
      report.add('update.cut.waste', waste, { name: 'the file itself', value: 1 });
      report.note(`update.cut: ${server.requests.length} requests for ${RELEASE_BYTES / MB} MB`);
      const verifyMs = await timeMs(() => rig.pending.verified(50_000));
      report.add('update.verify', verifyMs, null);
      const copied = join(home, 'plain-copy');
      const copyMs = await timeMs(async () => copyFileSync(rig.appImage, copied));
      const waiting = await rig.pending.verified(50_000);
      if (waiting === null) throw new Error('nothing waits');
      const swap = new AppImageSwap(join(home, 'swap.json'), '1.0.0');
      const swapMs = await timeMs(() => swap.install(waiting, rig.appImage));
      report.add('update.put_in_place', swapMs, { name: 'one plain copy of it', value: copyMs });
      await differences(content, report);
    } finally {
      rig.close();
      server.close();
    }
  },
};

/** A next version that differs little, fetched by its differences: lists, maps and ranges against the whole. */
async function differences(content: Buffer, report: Report): Promise<void> {
  const keys = someKeys();
  const part = RELEASE_BYTES / 4;
  const next = Buffer.concat([
    ...[0, 1, 2].flatMap((index) => [
      content.subarray(index * part, (index + 1) * part),
      randomBytes(CHANGED_BYTES),
    ]),
    content.subarray(3 * part + CHANGED_BYTES),
  ]);
  const folder = freshFolder('differences');
  const files: Record<string, Buffer> = {};
  const releases: Release[] = [];
  for (const [version, bytes] of [
    ['1.0.0', content],
    ['1.1.0', next],
  ] as const) {
    const file = fileOf(bytes, `FieldCert-${version}-x64.AppImage`);
    const path = join(folder, file.name);
    writeFileSync(path, bytes);
    const blocks = await writeBlockMap(path);
    files[file.name] = bytes;
    files[blockMapName(file.name)] = readFileSync(blockMapName(path));
    releases.push(someRelease({ version, files: [{ ...file, blocks }] }));
  }
  const server = await serveSite(siteOf(keys, 2, releases, files), { hasRange: true, tag: null });
  const rig = startUpdates({ home: freshFolder('update'), keys, address: server.address });
  try {
    writeFileSync(rig.appImage, content);
    await rig.updates.check();
    await rig.updates.bringFound();
    if (rig.updates.status().phase !== 'waiting')
      throw new Error('the differences were not fetched');
    report.add('update.bytes_ratio', server.sent() / next.length, { name: 'the whole', value: 1 });
    report.note(`update.bytes_ratio: ${server.requests.length} requests, ${server.sent()} bytes`);
  } finally {
    rig.close();
    server.close();
  }
}
