import { isAbsolute } from 'node:path';
import type { App } from 'electron';
import type { Development } from './development';

/**
 * Tests give each start a user-data folder of its own (`--user-data-dir=DIR` or FIELDCERT_USER_DATA).
 * A packaged product takes the system's place only, so that nobody starts it on a prepared folder.
 */
export function chooseDataFolder(app: App, { userData }: Development): void {
  if (app.isPackaged) return;
  const folder = app.commandLine.getSwitchValue('user-data-dir') || userData;
  if (folder === null) return;
  if (!isAbsolute(folder)) throw new Error('the user-data folder must be an absolute path');
  app.setPath('userData', folder);
  app.setPath('sessionData', folder);
}
