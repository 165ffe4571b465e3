import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeBlockMap } from '../../../build/release/blocks';
import { AppImageSwap } from '../../../electron/main/services/update/appimage-swap';
import { blockMapName } from '../../../shared/protocol/release-blocks';
import type { Release } from '../../../shared/protocol/release-metadata';
import { someKeys, someRelease } from '../../../shared/protocol/test/release-keys';
import { fileOf, serveSite, siteOf } from '../../integration/release-site';
import { startUpdates } from '../../integration/updates-rig';
import { freshFolder } from '../frame/folders';
import { timeMs } from '../frame/measure';
import type { Report } from '../frame/report';
import { type BuiltPackage, twoPackages } from '../real/two-packages';
import type { BenchGroup } from './context';

const MB = 1_000_000;
/** A release over a line that is cut every megabyte, and what it costs to verify it and put it in place. */
export const update: BenchGroup = {
  async run({ report }) {
    const keys = someKeys();
    const packages = twoPackages();
    const content = readFileSync(packages[1].path);
    const file = fileOf(content);
    const site = siteOf(keys, 1, [someRelease({ files: [file] })], { [file.name]: content });
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
      report.note(
        `update.cut: ${server.requests.length} requests for ${(file.bytes / MB).toFixed(0)} MB`,
      );
      const verifyMs = await timeMs(() => rig.pending.verified(50_000));
      report.add('update.verify', verifyMs, null);
      const copied = join(home, 'plain-copy');
      const copyMs = await timeMs(async () => copyFileSync(rig.appImage, copied));
      const waiting = await rig.pending.verified(50_000);
      if (waiting === null) throw new Error('nothing waits');
      const swap = new AppImageSwap(join(home, 'swap.json'), '1.0.0');
      const swapMs = await timeMs(() => swap.install(waiting, rig.appImage));
      report.add('update.put_in_place', swapMs, { name: 'one plain copy of it', value: copyMs });
      await differences(packages, report);
    } finally {
      rig.close();
      server.close();
    }
  },
};

/** The next of two real packages, fetched by its differences from the one that is held: lists, maps and ranges against the whole. */
async function differences(packages: readonly BuiltPackage[], report: Report): Promise<void> {
  const keys = someKeys();
  const files: Record<string, Buffer> = {};
  const releases: Release[] = [];
  for (const { version, path } of packages) {
    const bytes = readFileSync(path);
    const file = { ...fileOf(bytes, basename(path)), kind: 'deb' as const };
    const blocks = await writeBlockMap(path);
    files[file.name] = bytes;
    files[blockMapName(file.name)] = readFileSync(blockMapName(path));
    releases.push(someRelease({ version, files: [{ ...file, blocks }] }));
  }
  const [former, next] = releases.map(({ files: [file] }) => file);
  const held = packages[0]?.path;
  if (former === undefined || next === undefined || held === undefined)
    throw new Error('two packages are compared');
  const server = await serveSite(siteOf(keys, 2, releases, files), { hasRange: true, tag: null });
  const home = freshFolder('update');
  const rig = startUpdates({ home, keys, address: server.address, way: 'deb', kind: 'deb' });
  try {
    await rig.kept.take(held, former.name);
    await rig.updates.check();
    await rig.updates.bringFound();
    if (rig.updates.status().phase !== 'waiting')
      throw new Error(`the differences were not fetched: ${JSON.stringify(rig.updates.status())}`);
    report.add('update.bytes_ratio', server.sent() / next.bytes, { name: 'the whole', value: 1 });
    const maps = releases.reduce((sum, { files: [file] }) => sum + (file?.blocks?.bytes ?? 0), 0);
    report.note(
      `update.bytes_ratio: ${server.requests.length} requests, ${server.sent()} of ${next.bytes} bytes, ${maps} of them maps of blocks`,
    );
  } finally {
    rig.close();
    server.close();
  }
}
