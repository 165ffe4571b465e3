import { appendFileSync, cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { lookHere } from '../fixtures/look';
import { installedAt, required } from './installed';

/** The program as it was packaged, in a copy that each test may spoil. */
function copy(spoil: (resources: string) => void): ReturnType<typeof installedAt> {
  const root = mkdtempSync(join(tmpdir(), 'fieldcert-altered-'));
  const folder = join(root, 'FieldCert');
  cpSync(required('FIELDCERT_PACKAGE_E2E'), folder, { recursive: true });
  spoil(join(folder, 'resources'));
  return installedAt(folder, root);
}

test.describe('a program that is not as it was packaged', () => {
  for (const [name, file, spoil] of [
    // Bug: a bad disk or a careless edit, and the program opens the office all the same.
    ['altered', 'resources/app.asar', (at: string) => appendFileSync(join(at, 'app.asar'), 'x')],
    // Bug: code that nobody released is loaded from the program's own folder.
    [
      'with a foreign file',
      'resources/app.asar.unpacked/dist/evil.node',
      (at: string) => writeFileSync(join(at, 'app.asar.unpacked', 'dist', 'evil.node'), 'x'),
    ],
  ] as const)
    test(`${name}: says so and opens nothing`, async () => {
      const { start } = copy(spoil);
      const app = await _electron.launch({ executablePath: start, chromiumSandbox: true });
      try {
        const page = await app.firstWindow();
        await expect(page.getByRole('heading', { name: '程序文件不完整' })).toBeVisible();
        await expect(page.getByText(file)).toBeVisible();
        await expect(page.getByRole('button', { name: /登记本单位/ })).toHaveCount(0);
        const answer = await page.evaluate(() => {
          const { fieldcert } = globalThis as unknown as {
            fieldcert: { invoke(route: string, input: unknown): Promise<unknown> };
          };
          const password = new Uint8Array(12).fill(65);
          return fieldcert.invoke('unlock.enrol', {
            address: 'https://127.0.0.1:9',
            code: 'A',
            password,
          });
        });
        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'PROGRAM_ALTERED', params: { file } },
        });
        await lookHere(page, `program-${name.replaceAll(' ', '-')}`);
      } finally {
        await app.close();
      }
    });
});
