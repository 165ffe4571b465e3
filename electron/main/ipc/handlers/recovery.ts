import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { Office } from '../../boot/office';
import { DAMAGE_FILE, noteAct } from '../../services/recovery/damage-file';
import { writeEvidence } from '../../services/recovery/evidence';
import type { RecoveryService } from '../../services/recovery/recovery';
import type { Handlers } from '../router';

type RecoveryRoutes =
  | 'recovery.diagnose'
  | 'recovery.refetch'
  | 'recovery.mend'
  | 'recovery.renew'
  | 'recovery.export'
  | 'recovery.retry';

/** Before any password nobody is known to be at the desk. */
const NOBODY = 'unknown';

export function recoveryHandlers(
  office: Office,
  parts: { readonly chooseFolder: () => Promise<string | null>; readonly nowMs: () => number },
): Pick<Handlers, RecoveryRoutes> {
  const open = (): RecoveryService => office.demandServices().recovery;
  return {
    'recovery.diagnose': () => open().diagnose(),
    'recovery.refetch': async () => {
      await open().refetch();
      return {};
    },
    'recovery.mend': () => open().mend(),
    'recovery.renew': () => open().renew(),
    'recovery.export': async () => {
      const shut = office.shutFile;
      if (shut === null) return { folder: await open().exportEvidence() };
      const folder = await parts.chooseFolder();
      if (folder === null) return { folder };
      const atMs = parts.nowMs();
      // No journal can be opened here: the act is kept beside it, and the next session puts it into the audit log.
      await noteAct(join(dirname(shut), DAMAGE_FILE), {
        choice: `export ${basename(shut)}`,
        actor: NOBODY,
        atMs,
      });
      const written = await writeEvidence({
        folder,
        deviceId: null,
        atMs,
        files: [shut],
        report: { fault: basename(shut) },
        salvage: null,
      });
      return { folder: written };
    },
    'recovery.retry': async () => {
      if (office.shutFile !== null) return { isResolved: await office.reload() };
      if (open().view === null) throw new AppError('LOCKED');
      return { isResolved: await open().retry() };
    },
  };
}
