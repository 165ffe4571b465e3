import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { App } from 'electron';
import type { UpdateStatus } from '../../../shared/ipc/routes/update';
import type { ReleaseFile } from '../../../shared/protocol/release-metadata';
import type { LineSettingsKeeper } from '../services/line/line-settings';
import type { Policy } from '../services/managed/policy';
import { systemTiming } from '../services/sync/timing';
import { isLoopback } from '../services/unlock/enrol';
import { HttpSource } from '../services/update/http-source';
import { KeptPackage } from '../services/update/kept-package';
import { PendingStore } from '../services/update/pending-update';
import { UpdateClock } from '../services/update/update-clock';
import { UpdateMemory } from '../services/update/update-memory';
import type { UpdateParts, UpdateSupply } from '../services/update/update-parts';
import { Updates } from '../services/update/updates';
import type { Development } from './development';
import { historyAt, swapAt, versionOf } from './former';

export interface UpdateDesk {
  readonly updates: Updates;
  readonly clock: UpdateClock;
  /** Ends the program by its usual way and starts it again; what waits is put in place between. */
  restart(): void;
  /** Puts in place what waits, after all else has ended. What is to be started then; null: nothing. */
  end(): Promise<string | null>;
}

export interface UpdateSurroundings
  extends Pick<UpdateParts, 'events' | 'log' | 'nowMs' | 'chooseFolder' | 'showFile'> {
  readonly app: App;
  readonly dev: Development;
  readonly resources: string;
  readonly policy: Policy;
  readonly line: LineSettingsKeeper;
  /** The end-of-life runtime: loopback places only. */
  readonly isFallback: boolean;
  isAtRest(): boolean;
  /** An emergency level leaves nothing but sticks. */
  isLineShut(): boolean;
}

/** Wires updates to this installation. */
export function makeUpdates(around: UpdateSurroundings): UpdateDesk {
  const { app, dev, policy, line, log } = around;
  const userData = app.getPath('userData');
  const version = versionOf(app, dev);
  const { way, kind, appImage } = installedAs(dev);
  const supply = supplyOf(around, version);
  const installAt = policy.updates?.installAt ?? null;
  const channel = policy.updates?.channel ?? 'stable';
  const { platform, arch } = process;
  const device = { version, channel, platform, arch, kind } as const;
  const updates = new Updates({
    supply,
    history: historyAt(userData),
    swap: swapAt(userData, version),
    appImage,
    way,
    device,
    installAt,
    timing: systemTiming,
    nowMs: around.nowMs,
    events: around.events,
    log,
    chooseFolder: around.chooseFolder,
    showFile: around.showFile,
  });
  let isRestarting = false;
  const restart = () => {
    isRestarting = true;
    app.quit();
  };
  const clock = new UpdateClock({
    updates,
    hasLine: (supply?.line ?? null) !== null,
    installAt,
    isAutomatic: policy.updates?.fetch !== 'ask',
    isLineSpared: () => line.current.isMetered || line.current.isPaused,
    isLineShut: around.isLineShut,
    isAtRest: around.isAtRest,
    restart,
    nowMs: Date.now,
    log,
  });
  return {
    updates,
    clock,
    restart,
    end: async () => {
      const fresh = await updates.installAtEnd();
      return isRestarting ? (fresh ?? appImage) : null;
    },
  };
}

function supplyOf(around: UpdateSurroundings, version: string): UpdateSupply | null {
  const { app, dev, policy, line, log } = around;
  const userData = app.getPath('userData');
  const rootPath = dev.releaseRoot ?? join(around.resources, 'release', '1.root.json');
  // A package that was made without a root can tell no release genuine, so it offers none.
  if (!existsSync(rootPath)) return null;
  const memory = new UpdateMemory(
    join(userData, 'releases.json'),
    readFileSync(rootPath, 'utf8'),
    version,
  );
  const source = policy.updates?.source;
  const address = source === undefined ? null : new URL(source);
  const isAllowed = address !== null && (!around.isFallback || isLoopback(address));
  if (address !== null && !isAllowed) log.error('place of releases not used on this runtime');
  const { budget } = line.setup;
  return {
    memory,
    pending: new PendingStore(join(userData, 'update'), memory, version),
    kept: new KeptPackage(join(userData, 'update-kept')),
    line: isAllowed ? new HttpSource(address.href, { budget, findWays: line.findWays }) : null,
    host: isAllowed ? address.host : null,
  };
}

interface InstalledAs {
  readonly way: UpdateStatus['way'];
  readonly kind: ReleaseFile['kind'];
  readonly appImage: string | null;
}

/** How this program came here, and so how a new one does. */
function installedAs(dev: Development): InstalledAs {
  const { platform, execPath } = process;
  const mounted = process.env.APPDIR;
  const isMounted = mounted !== undefined && execPath.startsWith(mounted + sep);
  const appImage = dev.appImage ?? (isMounted ? (process.env.APPIMAGE ?? null) : null);
  if (appImage !== null)
    return isReplaceable(appImage)
      ? { way: 'swap', kind: 'AppImage', appImage }
      : { way: 'archive', kind: 'AppImage', appImage: null };
  const byPerson = { appImage: null };
  if (platform === 'win32' && existsSync(join(dirname(execPath), 'Uninstall FieldCert.exe')))
    return { way: 'installer', kind: 'nsis', ...byPerson };
  if (platform === 'darwin') return { way: 'installer', kind: 'dmg', ...byPerson };
  const isByDpkg = execPath.startsWith('/opt/') && existsSync('/var/lib/dpkg/info/fieldcert.list');
  if (dev.isDeb || isByDpkg) return { way: 'deb', kind: 'deb', ...byPerson };
  return { way: 'archive', kind: 'zip', ...byPerson };
}

function isReplaceable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
