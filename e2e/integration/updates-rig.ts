import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ByteBudget } from '../../electron/main/services/sync/byte-budget';
import { systemTiming } from '../../electron/main/services/sync/timing';
import { straightOnly } from '../../electron/main/services/sync/transport/way-agent';
import { AppImageSwap } from '../../electron/main/services/update/appimage-swap';
import { HttpSource } from '../../electron/main/services/update/http-source';
import { KeptPackage } from '../../electron/main/services/update/kept-package';
import { PendingStore } from '../../electron/main/services/update/pending-update';
import { UpdateHistory } from '../../electron/main/services/update/update-history';
import { UpdateMemory } from '../../electron/main/services/update/update-memory';
import { Updates } from '../../electron/main/services/update/updates';
import type { UpdateStatus } from '../../shared/ipc/routes/update';
import type { RoleKeys } from '../../shared/protocol/test/release-keys';
import { rootText, type Site } from './release-site';

/** Within the dates of the made-up lists. */
export const NOW = 50_000;

export interface InstallationOptions {
  /** A folder that stays over starts. */
  readonly home: string;
  readonly keys: RoleKeys;
  readonly version?: string;
  /** Address of the place of releases. */
  readonly address?: string;
  /** What the dialog for a folder answers. */
  readonly folder?: string;
  readonly nowMs?: () => number;
  readonly way?: UpdateStatus['way'];
  /** What the running version came in. */
  readonly kind?: 'AppImage' | 'deb';
  readonly stallMs?: number;
}

/** One start of an installation with updates, as the desk wires them. */
export function startUpdates({
  home,
  keys,
  version = '1.0.0',
  address,
  folder,
  nowMs = () => NOW,
  way = 'swap',
  kind = 'AppImage',
  stallMs = 60_000,
}: InstallationOptions) {
  const memory = new UpdateMemory(join(home, 'releases.json'), rootText(keys), version);
  const pending = new PendingStore(join(home, 'update'), memory, version);
  const kept = new KeptPackage(join(home, 'update-kept'));
  const words: { readonly word: string; readonly why: unknown }[] = [];
  const note = (word: string, detail?: Readonly<Record<string, unknown>>) =>
    void words.push({ word, why: detail?.why });
  const history = new UpdateHistory(join(home, 'update-history.json'));
  const swap = new AppImageSwap(join(home, 'update-swap.json'), version);
  const appImage = join(home, 'FieldCert.AppImage');
  const budget = new ByteBudget(systemTiming);
  const limits = { stallMs, leastBytes: 1_024 };
  const line =
    address === undefined
      ? null
      : new HttpSource(address, { budget, findWays: straightOnly, limits });
  const told: UpdateStatus[] = [];
  const shown: string[] = [];
  const updates = new Updates({
    supply: { memory, pending, kept, line, host: null },
    history,
    swap,
    appImage: way === 'swap' ? appImage : null,
    way,
    device: { version, channel: 'stable', platform: 'linux', arch: 'x64', kind },
    installAt: null,
    // Waits between tries are not waited for.
    timing: { ...systemTiming, sleep: async () => undefined },
    nowMs,
    events: { emit: (_name, payload) => void told.push(payload as UpdateStatus) },
    log: { info: note, warn: note, error: note },
    chooseFolder: () => Promise.resolve(folder ?? null),
    showFile: (path) => void shown.push(path),
  });
  return {
    updates,
    memory,
    pending,
    kept,
    budget,
    words,
    history,
    swap,
    appImage,
    told,
    shown,
    close: () => line?.close(),
  };
}

/** Lays a site out as on a stick. */
export function stickOf(site: Site, folder: string): string {
  for (const [path, bytes] of site) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
