import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron, type ElectronApplication, expect, test } from '@playwright/test';
import { someKeys, someRelease } from '../../shared/protocol/test/release-keys';
import { invoke } from '../fixtures/bridge';
import { fileOf, rootText, siteOf } from '../integration/release-site';
import { UnlockPage } from '../pages/unlock-page';
import { startTestCentral as startCentral } from '../rigs/central';

const PASSWORD = 'appimage 2026';
const NOBODY = 65_534;
const FOREVER = { expiresMs: 9e15, newestMs: 9e15 };
const LONG = 300_000;
const project = process.env.FIELDCERT_APP ?? '.';
const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Real AppImages, each in the place of the one before, as an ordinary user in the real sandbox. */
test.describe
  .serial('an AppImage', () => {
    const keys = someKeys();
    const home = mkdtempSync(join(tmpdir(), 'fieldcert-appimage-'));
    const at = (...names: string[]) => join(home, ...names);
    const program = at('programs', 'FieldCert.AppImage');
    const userData = at('home', '.config', 'FieldCert');
    const made: Record<string, string> = {};
    let central: Awaited<ReturnType<typeof startCentral>>;
    let app: ElectronApplication | undefined;

    /** A package of a version, with a root of releases. */
    function build(version: string, root: string): string {
      const env: NodeJS.ProcessEnv = { ...process.env, FIELDCERT_RELEASE_ROOT: root };
      // What tests run is a copy with a loader of our own; electron-builder takes the bare one.
      delete env.ELECTRON_OVERRIDE_DIST_PATH;
      const args = [join(project, 'build/dist.mjs'), '--e2e', '--as', version, 'AppImage'];
      execFileSync(process.env.FIELDCERT_NODE ?? process.execPath, args, { env, stdio: 'ignore' });
      const out = join(project, 'out/dist-e2e');
      const name = readdirSync(out).find(
        (one) => one.includes(`-${version}-`) && one.endsWith('.AppImage'),
      );
      return join(out, name ?? 'none');
    }

    /** Releases on a stick, whose newest is this one. */
    function stickWith(version: string): string {
      const name = `FieldCert-${version}-x64.AppImage`;
      const bytes = readFileSync(made[version] ?? '');
      const release = someRelease({ version, fromVersion: '0.1.0', files: [fileOf(bytes, name)] });
      const number = Number(version.split('.')[1]);
      const folder = at(`stick-${version}`);
      for (const [path, content] of siteOf(keys, number, [release], { [name]: bytes }, FOREVER)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      return folder;
    }

    async function start() {
      app = await _electron.launch({
        executablePath: at('start'),
        chromiumSandbox: true,
        timeout: LONG,
      });
      const page = await app.firstWindow({ timeout: LONG });
      await page.waitForLoadState('domcontentloaded');
      return { running: app, page };
    }

    const runOnce = () =>
      new Promise<number | null>((resolve) => {
        spawn(at('start'), [], { stdio: 'ignore' }).once('exit', resolve);
      });

    test.beforeAll(async () => {
      test.setTimeout(1_200_000);
      writeFileSync(at('root.json'), rootText(keys));
      // Signed by too few: the program that brings it ends before it shows anything.
      const { signed, signatures } = JSON.parse(rootText(keys));
      writeFileSync(
        at('bad-root.json'),
        JSON.stringify({ signed, signatures: signatures.slice(1) }),
      );
      for (const [version, root] of [
        ['0.1.0', 'root.json'],
        ['0.2.0', 'root.json'],
        ['0.3.0', 'bad-root.json'],
      ] as const) {
        made[version] = at(`${version}.AppImage`);
        copyFileSync(build(version, at(root)), at(`${version}.AppImage`));
      }
      for (const folder of ['programs', 'home', 'tmp']) mkdirSync(at(folder));
      copyFileSync(made['0.1.0'] ?? '', program);
      chmodSync(program, 0o755);
      chmodSync(home, 0o755);
      const isRoot = process.getuid?.() === 0;
      for (const path of ['programs', 'home', 'tmp', 'programs/FieldCert.AppImage'])
        if (isRoot) chownSync(at(path), NOBODY, NOBODY);
      const asUser = isRoot
        ? `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups env`
        : 'env';
      const places = `HOME="${at('home')}" XDG_CONFIG_HOME="${at('home/.config')}" TMPDIR="${at('tmp')}"`;
      writeFileSync(at('start'), `#!/bin/sh\nexec ${asUser} ${places} "${program}" "$@"\n`);
      chmodSync(at('start'), 0o755);
      central = await startCentral();
      await central.seed({ region: '3306', certificates: 200 });
    });
    test.afterAll(async () => {
      await app?.close().catch(() => undefined);
      await central?.close();
      rmSync(home, { recursive: true, force: true });
    });

    /** Brings a version from a stick and ends the program. */
    async function updateTo(version: string, isFirst: boolean): Promise<void> {
      const { running, page } = await start();
      const unlock = new UnlockPage(page);
      if (isFirst) {
        const slip = await central.createEnrolment({
          name: '绍兴市应急管理局',
          region: '3306',
          users: [{ badge: '330600127', name: '许知衡', role: 'inspector' }],
          isPractice: true,
        });
        await unlock.openEnrolForm();
        await unlock.enrol(central.url, slip.code, PASSWORD);
      } else await unlock.unlock(PASSWORD);
      await unlock.expectOpened(LONG);
      await running.evaluate(({ dialog }, folder) => {
        dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [folder] })) as never;
      }, stickWith(version));
      expect(await invoke(page, 'update.from-stick', {})).toMatchObject({ ok: true });
      const phase = async () => {
        const answer = await invoke(page, 'update.status', {});
        return answer.ok ? `${answer.data.phase} ${answer.data.offer?.version}` : answer.error.code;
      };
      await expect.poll(phase, { timeout: LONG }).toBe(`waiting ${version}`);
      await running.close();
      await expect.poll(() => hashOf(program), { timeout: LONG }).toBe(hashOf(made[version] ?? ''));
    }

    // Bug: an AppImage that is not replaced by the one that was verified, or the former that stays for ever.
    test('is replaced from a stick when the program ends, and the former goes at the first window', async () => {
      await updateTo('0.2.0', true);
      expect(existsSync(`${program}.former`)).toBe(true);
      const { running } = await start();
      expect(await running.evaluate(({ app: electron }) => electron.getVersion())).toBe('0.2.0');
      await expect.poll(() => existsSync(`${program}.former`), { timeout: LONG }).toBe(false);
      await running.close();
    });

    // Bug: an office without a program because a genuine new version ends before its first window.
    test('comes back when the new one shows no window, and starts by itself', async () => {
      await updateTo('0.3.0', false);
      expect(await runOnce()).toBe(1);
      expect(await runOnce()).toBe(0);
      expect(hashOf(program)).toBe(hashOf(made['0.2.0'] ?? ''));
      const lock = join(userData, 'SingletonLock');
      const pid = () => {
        try {
          return Number(readlinkSync(lock).split('-').at(-1));
        } catch {
          return 0;
        }
      };
      // The former is started by itself.
      await expect.poll(pid, { timeout: LONG }).toBeGreaterThan(0);
      const history = JSON.parse(readFileSync(join(userData, 'update-history.json'), 'utf8'));
      expect(history).toMatchObject({ failed: ['0.3.0'], last: { outcome: 'returned' } });
      const running = pid();
      await expect
        .poll(() => readFileSync(`/proc/${running}/cmdline`, 'utf8'))
        .toContain('fieldcert');
      process.kill(running);
    });
  });
