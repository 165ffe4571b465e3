import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAN_MOUNT, SmallDisk } from '../../electron/store/test/faults/small-disk';
import { startTestCentral as startCentral } from '../rigs/central';
import { childProgram } from './child-program';
import { appPath } from './desk-rig';

const REGION = '3301';
const CERTIFICATES = 4_000;

function runDesk(program: string, disk: SmallDisk, args: readonly string[]): Promise<unknown[]> {
  const child = spawn(disk.nodePath, [program, disk.inside, ...args], {
    cwd: appPath(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  return new Promise((resolve) =>
    child.once('close', (code) => {
      const lines = text.split('\n').filter((line) => line.startsWith('{'));
      resolve([...lines.map((line) => JSON.parse(line) as unknown), { code }]);
    }),
  );
}

describe.runIf(CAN_MOUNT)('the whole desk on a disk that fills up', () => {
  // Would catch: a synchronisation that fails by another name than the full disk, ends the desk, leaves half a slice visible or cannot go on once there is room.
  it('says so during the synchronisation, and finishes it when there is room', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fieldcert-full-'));
    const central = await startCentral({ dir: join(folder, 'central') });
    const disk = await SmallDisk.make(48);
    try {
      await central.seed({ region: REGION, certificates: CERTIFICATES });
      const { code } = await central.createEnrolment({
        name: '杭州市应急管理局',
        region: REGION,
        isPractice: true,
        users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
      });
      const [full, after, reopened, end] = await runDesk(
        await childProgram('disk-full-child'),
        disk,
        [central.url, code],
      );
      expect(full).toMatchObject({
        hasSlice: false,
        isIntact: true,
        failures: [expect.stringContaining('DISK_FULL')],
      });
      expect(after).toMatchObject({
        run: 'done',
        proof: 'proven',
        certificates: CERTIFICATES,
        isIntact: true,
      });
      expect(reopened).toEqual({ reopened: 'opened' });
      expect(end).toEqual({ code: 0 });
    } finally {
      disk.remove();
      await central.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 300_000);
});
