import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../platform/atomic-write';
import type { ServiceLog } from '../services/ports';
import type { SettingsFile } from '../services/settings/settings';

/** settings.json (or another small file) of the installation. A write that fails costs the setting, not the session. */
export function settingsFile(
  userData: string,
  log: ServiceLog,
  name = 'settings.json',
): SettingsFile {
  const path = join(userData, name);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    read: () => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return null;
      }
    },
    write: (text) => {
      turn = turn
        .then(() => writeAtomically(path, text))
        .catch((error: unknown) => log.warn('settings not kept', { detail: String(error) }));
    },
  };
}
