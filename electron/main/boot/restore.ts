import { join } from 'node:path';
import type { Logger } from '../../platform/logger';
import { dataPaths } from '../../platform/paths';
import { RestoreService } from '../services/restore/restore';
import { settleRestores } from '../services/restore/swap';
import { fetchStatements } from '../services/sync/fetch-statements';
import type { Office } from './office';
import type { Surroundings } from './services/surroundings';

const officeDirs = (userData: string) =>
  [dataPaths(userData).officeDir, dataPaths(userData, 'practice').officeDir] as const;

/** Folders that a scanner or another program holds are free again after a while. */
const AGAIN_MS = 15_000;

/**
 * Before anything reads the office: a restore that was decided goes through, a half one goes. Where a folder cannot be
 * moved the program starts all the same, opens no office (RESTORE_WAITING says why) and tries again.
 */
export async function settleOffices(userData: string, office: Office, log: Logger): Promise<void> {
  if (await isSettled(userData, log)) return;
  office.restoreGate.stayShut();
  const again = async (): Promise<void> => {
    if (!(await isSettled(userData, log))) return later();
    office.restoreGate.open();
    await office.reload();
  };
  const later = (): void => {
    const tried = () =>
      again().catch((error) => log.error('restore not settled', { detail: String(error) }));
    setTimeout(() => void tried(), AGAIN_MS).unref();
  };
  later();
}

async function isSettled(userData: string, log: Logger): Promise<boolean> {
  const faults = await settleRestores(officeDirs(userData));
  for (const fault of faults) log.warn('a restore waits', { detail: String(fault) });
  return faults.length === 0;
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
    // The copy's office has no channel of its own yet.
    learnTime: async () => undefined,
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
