import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { UnlockPage } from '../pages/unlock-page';

/** The program of the clean system, started by one of its people. */
export interface Started {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly unlock: UnlockPage;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: npm run proof -- install`);
  return value;
}

/** The clean system of `npm run proof -- install`: what its administrator and its people do there. */
export const system = {
  root: required('FIELDCERT_INSTALL_ROOT'),
  /** The package that is installed at first, as the system names it. */
  former: required('FIELDCERT_INSTALL_FORMER'),
  /** What the publisher's server offers; a copy of it is on the stick. */
  site: required('FIELDCERT_INSTALL_SITE'),
  stick: '/media/stick',
  disk: '/media/disk',
};

/** A path of the clean system, as this machine has it. */
export const at = (path: string): string => join(system.root, path);

/** What root types in the clean system; throws with what it answered. */
export function asRoot(command: string): string {
  return execFileSync('chroot', [system.root, 'sh', '-c', command], {
    encoding: 'utf8',
    stdio: 'pipe',
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      DEBIAN_FRONTEND: 'noninteractive',
      LC_ALL: 'C.UTF-8',
    },
  });
}

/** The program as its menu entry starts it, by an ordinary user. */
export async function startAs(user: 'inspector' | 'colleague'): Promise<Started> {
  const app = await _electron.launch({
    executablePath: at(`start-${user}.sh`),
    chromiumSandbox: true,
  });
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return { app, page, unlock: new UnlockPage(page) };
}

/** The folder that people choose in the dialogs to come. */
export async function chooses({ app }: Started, folder: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (async () => ({
      canceled: false,
      filePaths: [chosen],
    })) as typeof dialog.showOpenDialog;
  }, folder);
}

/** The guide as the package installed it. */
export const guide = (): string => readFileSync(at('/usr/share/doc/fieldcert/guide.en.md'), 'utf8');

/** The managed configuration that the guide shows, with the addresses of this machine, where and as the guide says. */
export function configure(changes: {
  server: string;
  authority: string;
  source: string | null;
}): void {
  const [, example = ''] = /```json\n([^`]+)```/.exec(guide()) ?? [];
  const { updates, ...told } = JSON.parse(example) as Record<string, object>;
  const policy = {
    ...told,
    server: changes.server,
    authority: changes.authority,
    proxy: 'none',
    updates: { ...updates, source: changes.source ?? undefined },
  };
  asRoot('mkdir -p /etc/fieldcert && chmod 755 /etc/fieldcert');
  writeFileSync(at('/etc/fieldcert/policy.json'), JSON.stringify(policy, null, 2), { mode: 0o644 });
}

/** Every file below a folder of the clean system, with its bytes. */
export function filesBelow(folder: string): { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(at(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
