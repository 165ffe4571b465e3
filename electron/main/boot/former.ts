import { join } from 'node:path';
import type { App } from 'electron';
import type { ServiceLog } from '../services/ports';
import { AppImageSwap } from '../services/update/appimage-swap';
import { UpdateHistory } from '../services/update/update-history';
import type { Development } from './development';
import { swapNote } from './swap-note';

/** A number of a version that the source checkout may stand for, or the program's own. */
export const versionOf = (app: App, dev: Development): string => dev.version ?? app.getVersion();

/** What became of the last update of this installation. */
export const historyAt = (userData: string) =>
  new UpdateHistory(join(userData, 'update-history.json'));

/** The AppImage of this installation and the one before it. */
export const swapAt = (userData: string, version: string) =>
  new AppImageSwap(swapNote(userData), version);

/**
 * First of all at each start: a new version that reached no window gives its place back. Returns the AppImage to start
 * instead of this one, or null.
 */
export async function formerInstead(
  app: App,
  dev: Development,
  log: ServiceLog,
): Promise<string | null> {
  const userData = app.getPath('userData');
  const begun = await swapAt(userData, versionOf(app, dev)).begin();
  if (typeof begun === 'string') return null;
  const { failed: to, former } = begun;
  log.error('this version reached no window; the former is back', { version: to });
  const history = historyAt(userData);
  const from = history.last?.to === to ? history.last.from : to;
  await history.note({ from, to, atMs: Date.now(), outcome: 'returned' });
  return former;
}
