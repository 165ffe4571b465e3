import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TableClient } from '../../electron/main/clients/table-client';
import { canMount, mountSilentDrive } from '../rigs/silent-drive';
import { childLink } from './child-link';
import { appPath } from './desk-rig';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-silent-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!canMount())('a list on a drive that does not answer', () => {
  // Bug: the reader waits for ever, the reason says that the file was a bomb, or the thread that waits is never given back
  // and the fourth such list takes the reader with it.
  it('is refused by its name again and again, and the next list is read', async () => {
    const drive = join(folder, 'drive');
    const takeAway = mountSilentDrive(drive);
    const ended: Promise<void>[] = [];
    const tables = new TableClient(() => {
      const link = childLink(appPath('dist/jobs/jobs.cjs'));
      ended.push(new Promise((resolve) => link.onExit(() => resolve())));
      return link;
    });
    try {
      for (const name of ['a.csv', 'b.xlsx'])
        await expect(tables.open(join(drive, name), name)).rejects.toMatchObject({
          code: 'TABLE_SILENT',
          params: { name },
        });
      const here = join(folder, 'here.csv');
      writeFileSync(here, '姓名,身份证号\n张三,11010519491231002X\n');
      expect((await tables.open(here, 'here.csv')).rows).toBe(1);
      expect(ended).toHaveLength(3);
      // Those that waited are gone before the drive is.
      await Promise.all(ended.slice(0, 2));
    } finally {
      tables.stop();
      takeAway();
    }
  });
});
