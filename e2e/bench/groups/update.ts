import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppImageSwap } from '../../../electron/main/services/update/appimage-swap';
import { someKeys } from '../../../shared/protocol/test/release-keys';
import { serveSite, someSite } from '../../integration/release-site';
import { startUpdates } from '../../integration/updates-rig';
import { freshFolder } from '../frame/folders';
import { timeMs } from '../frame/measure';
import type { BenchGroup } from './context';

const MB = 1_000_000;
/** About what a package is. */
const RELEASE_BYTES = 100 * MB;

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
    } finally {
      rig.close();
      server.close();
    }
  },
};
