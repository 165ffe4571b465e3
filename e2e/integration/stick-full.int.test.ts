import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { CAN_MOUNT, SmallDisk } from '../../electron/store/test/faults/small-disk';
import { startTestCentral as startCentral } from '../rigs/central';
import { childProgram } from './child-program';
import { appPath } from './desk-rig';

const REGION = '3301';

describe.runIf(CAN_MOUNT)('a stick where there is no room', () => {
  // Would catch: an import or export that fails by another name than the full disk, leaves half a slice visible or half
  // a file on the stick, or cannot go on once there is room.
  it('is told, leaves nothing half, and goes on when there is room', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fieldcert-stick-full-'));
    const central = await startCentral({ dir: join(folder, 'central') });
    const disk = await SmallDisk.make(48);
    try {
      await central.seed({ region: REGION, certificates: 4_000 });
      const { code } = await central.createEnrolment({
        name: '杭州市应急管理局',
        region: REGION,
        isPractice: true,
        users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
      });
      const child = spawn(
        disk.nodePath,
        [await childProgram('stick-full-child'), disk.inside, central.url, code],
        {
          cwd: appPath(),
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      const said: Record<string, unknown>[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        if (!line.startsWith('{')) continue;
        said.push(JSON.parse(line) as Record<string, unknown>);
        if (said.length > 1) continue;
        const device = String(said[0]?.device);
        const made = await central.bundle({ device, out: join(folder, 'out'), isFull: true });
        child.stdin.write(`${made.files[0]}\n`);
      }
      expect(said.slice(1)).toEqual([
        { refused: 'DISK_FULL', hasSlice: false, unwritten: 'DISK_FULL', left: [] },
        { brought: 'none', proof: 'proven', written: 1 },
      ]);
    } finally {
      disk.remove();
      await central.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
