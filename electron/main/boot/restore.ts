import { join } from 'node:path';
import { dataPaths } from '../../platform/paths';
import { RestoreService } from '../services/restore/restore';
import { settleRestores } from '../services/restore/swap';
import { fetchStatements } from '../services/sync/fetch-statements';
import type { Office } from './office';
import type { Surroundings } from './services';

const officeDirs = (userData: string) =>
  [dataPaths(userData).officeDir, dataPaths(userData, 'practice').officeDir] as const;

/** Before anything reads the office: a restore that was decided goes through, a half one goes. */
export function settleOffices(userData: string): Promise<void> {
  return settleRestores(officeDirs(userData));
}

/** Restoring on this installation, which works while locked and without an office. */
export function makeRestore(
  userData: string,
  around: Surroundings,
  office: Office,
  [real, practice]: readonly [real: string, practice: string] = officeDirs(userData),
): RestoreService {
  return new RestoreService({
    officeDir: (isPractice) => (isPractice ? practice : real),
    officeCode: () => office.code,
    slotsDir: join(userData, 'restore-keyslots'),
    machine: around.machine,
    clock: around.clock,
    kdf: () => around.kdf.measure(),
    refreshStatements: (stored, keys) => fetchStatements(stored, keys, around.log, around.line),
    events: around.events,
    log: around.log,
    nowMs: around.nowMs,
    opensRealOffices: around.opensRealOffices,
    startStore: around.startStore,
    // An office that comes or goes brings another.
    get device() {
      return office.device;
    },
    chooseFolder: () => around.windows.chooseFolder(),
    gate: office.restoreGate,
    lock: async () => {
      office.demandNoWipe();
      await office.lock('person');
    },
    reload: () => office.reload(),
  });
}
