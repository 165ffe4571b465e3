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
 * Whether the program's own files are those that were packaged, looked at once at each start, when the first window is
 * there. Until it is known no office is opened; where it is not so, none at all.
 */
export class ProgramGuard {
  private known: ProgramFault | null = null;
  private looked: Promise<void> | null = null;

  constructor(
    private readonly log: ServiceLog,
    private readonly onFault: () => void,
  ) {}

  /** Begins to look, unless that was begun before. */
  begin(): void {
    void this.outcome();
  }

  /** Null as long as nothing is known to be wrong. */
  get fault(): ProgramFault | null {
    return this.known;
  }

  /** Resolves when a route may be answered. Throws PROGRAM_ALTERED. */
  async admit(route: RouteName): Promise<void> {
    if (HARMLESS.test(route)) return;
    await this.outcome();
    if (this.known !== null) throw new AppError('PROGRAM_ALTERED', { file: this.known.file });
  }

  private outcome(): Promise<void> {
    this.looked ??= KEY === '' ? Promise.resolve() : this.look();
    return this.looked;
  }

  private async look(): Promise<void> {
    const { log } = this;
    const startedMs = performance.now();
    const folder = dirname(process.resourcesPath);
    this.known = await checkProgramFiles(folder, Buffer.from(KEY, 'base64'));
    const ms = Math.round(performance.now() - startedMs);
    if (this.known === null) log.info('program files as packaged', { ms });
    else {
      log.error('program files are not as packaged', { ...this.known });
      this.onFault();
    }
  }
}
