import { dirname } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { RouteName } from '../../../shared/ipc/contract';
import { checkProgramFiles, type ProgramFault } from '../../platform/program-files';
import type { ServiceLog } from '../services/ports';

/** What works although the program is not whole: it shows what is wrong, and closes. */
const HARMLESS = /^(about|app|settings|window)\.|^unlock\.lock$/;

/** The key of this build's list, written in when it is made; empty in a source checkout. */
const KEY = process.env.FIELDCERT_PROGRAM_KEY ?? '';

/**
 * Whether the program's own files are those that were packaged, looked at once at each start beside the first window.
 * Until it is known no office is opened; where it is not so, none at all.
 */
export class ProgramGuard {
  private known: ProgramFault | null = null;
  private readonly looked: Promise<void>;

  constructor(log: ServiceLog, onFault: () => void) {
    this.looked =
      KEY === ''
        ? Promise.resolve()
        : this.look(log).then(() => {
            if (this.known !== null) onFault();
          });
  }

  /** Null as long as nothing is known to be wrong. */
  get fault(): ProgramFault | null {
    return this.known;
  }

  /** Resolves when a route may be answered. Throws PROGRAM_ALTERED. */
  async admit(route: RouteName): Promise<void> {
    if (HARMLESS.test(route)) return;
    await this.looked;
    if (this.known !== null) throw new AppError('PROGRAM_ALTERED', { file: this.known.file });
  }

  private async look(log: ServiceLog): Promise<void> {
    const startedMs = performance.now();
    const folder = dirname(process.resourcesPath);
    this.known = await checkProgramFiles(folder, Buffer.from(KEY, 'base64'));
    const ms = Math.round(performance.now() - startedMs);
    if (this.known === null) log.info('program files as packaged', { ms });
    else log.error('program files are not as packaged', { ...this.known });
  }
}
