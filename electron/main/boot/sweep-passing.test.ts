import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataPaths } from '../../platform/paths';
import { sweepPassing, verifierTemporary } from './sweep-passing';

// Bug: a program that is killed while it reads a package or a list leaves ID numbers in plain until somebody locks a desk.
it('takes away what a killed program left in plain, and nothing else', async () => {
  const userData = mkdtempSync(join(tmpdir(), 'fieldcert-sweep-'));
  try {
    const part = join(userData, '.a.zip.0a1b2c3d.part');
    writeFileSync(part, 'half');
    mkdirSync(verifierTemporary(userData));
    writeFileSync(join(verifierTemporary(userData), 'verify-1'), 'a package');
    for (const office of ['office', 'practice'] as const) {
      const { exportsTemporary, officeDir } = dataPaths(userData, office);
      for (const name of ['list-1', 'import-1', 'record-1', 'export-1'])
        mkdirSync(join(exportsTemporary, name), { recursive: true });
      writeFileSync(
        join(exportsTemporary, 'export-1', 'unfinished.json'),
        JSON.stringify({ partPath: part }),
      );
      writeFileSync(join(officeDir, 'journal.db'), 'stays');
    }
    await sweepPassing(userData);
    await sweepPassing(userData);
    expect(existsSync(part)).toBe(false);
    expect(readdirSync(userData).sort()).toEqual(['office', 'practice']);
    expect(readdirSync(dataPaths(userData).officeDir)).toEqual(['journal.db']);
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
});
