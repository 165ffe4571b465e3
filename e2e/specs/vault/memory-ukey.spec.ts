import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { invoke } from '../../fixtures/bridge';
import { type Desk, startDesk } from '../../fixtures/desk';
import { formsOfKey, formsOfText } from '../../fixtures/memory/key-forms';
import { readAll, reasonNotToRead } from '../../fixtures/memory/read-all';
import { trueKeys } from '../../fixtures/memory/true-keys';
import { type Office, startOffice } from '../../fixtures/office';
import { UnlockPage } from '../../pages/unlock-page';

const BADGE = '330600127';
const PASSWORD = 'Basalt-Curlew 41 memory';
/** Told apart from every other number in memory. */
const PIN = 'pin~Tern-7093';

/** As memory.spec.ts, for a session that password and U-Key opened together. */
test.describe
  .serial('memory of a desk that a U-Key opened', () => {
    test.setTimeout(300_000);
    let office: Office;
    let desk: Desk;
    let main: number;

    // biome-ignore lint/correctness/noEmptyPattern: Playwright demands a pattern
    test.beforeAll(async ({}, info) => {
      const reason = reasonNotToRead();
      info.skip(reason !== null, reason ?? '');
      office = await startOffice({ certificates: 200, withToken: true, tokenPin: PIN });
      desk = await startDesk({ args: ['--no-practice'], env: office.deskEnv });
      main = await desk.app.evaluate(() => process.pid);
    });
    test.afterAll(async () => {
      await desk?.close();
      await office?.close();
    });

    const rsaKey = () => readFileSync(join(office.token?.folder ?? '', 'rsa.key'), 'utf8');
    const type = async (label: string, text: string) => {
      await desk.page.getByRole('textbox', { name: label }).last().focus();
      await desk.page.keyboard.type(text);
    };

    // Bug: PIN or password outlive their one use; any key, the secret that the token opened too, outlives the lock.
    test('neither PIN nor password stay, and after the lock no key does', async () => {
      const unlock = new UnlockPage(desk.page);
      await unlock.openEnrolForm();
      await unlock.enrol(office.url, office.code, PASSWORD);
      await unlock.expectOpened();
      await bindKey(desk, PIN);
      await invoke(desk.page, 'unlock.lock', {}).catch(() => undefined);
      await desk.page.getByText('已识别').waitFor({ timeout: 60_000 });
      await type('密码', PASSWORD);
      await type('U-Key PIN 码', PIN);
      await desk.page.getByRole('button', { name: '解锁', exact: true }).click();
      await unlock.expectOpened();

      const keys = await trueKeys(desk.userData, BADGE, PASSWORD, rsaKey());
      const ofKeys = [...keys].flatMap(([name, key]) => formsOfKey(name, key));
      const typed = [...formsOfText('password', PASSWORD), ...formsOfText('PIN', PIN)];
      const open = () => readAll(main, [...ofKeys, ...typed]);
      // The finder finds: keys of the session are there. What was typed was needed for a moment only.
      expect(open().map(({ process, label }) => `${process} ${label}`)).toContain(
        'main field: raw',
      );
      const opening = /^(password|PIN)/;
      await expect
        .poll(() => open().filter(({ label }) => opening.test(label)), { timeout: 60_000 })
        .toEqual([]);

      await invoke(desk.page, 'unlock.lock', {}).catch(() => undefined);
      await expect.poll(open, { timeout: 60_000, intervals: [2_000] }).toEqual([]);
    });
  });

/** Binds the own slot to the token's RSA key, as the security page does. */
async function bindKey(desk: Desk, pin: string): Promise<void> {
  const keys = await invoke(desk.page, 'tokens.unlock-keys', {});
  const key = keys.ok ? keys.data.items.find(({ holder }) => holder === 'Li Na') : undefined;
  if (key === undefined) throw new Error(`no key to bind: ${JSON.stringify(keys)}`);
  const answer = await desk.page.evaluate(
    ([tokenId, keyRef, typedPin, password]) => {
      const bridge = (
        globalThis as unknown as {
          fieldcert: { invoke(route: string, input: unknown): Promise<unknown> };
        }
      ).fieldcert;
      const bytes = (text: string) => new TextEncoder().encode(text);
      return bridge.invoke('tokens.attach', {
        tokenId,
        keyRef,
        pin: bytes(typedPin),
        password: bytes(password),
      });
    },
    [key.tokenId, key.keyRef, pin, PASSWORD] as const,
  );
  expect(answer).toMatchObject({ ok: true, data: { outcome: 'changed' } });
}
