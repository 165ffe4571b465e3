import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { Office } from '../../boot/office';
import { writeEvidence } from '../../services/recovery/evidence';
import type { RecoveryService } from '../../services/recovery/recovery';
import type { Handlers } from '../router';

type RecoveryRoutes =
  | 'recovery.diagnose'
  | 'recovery.refetch'
  | 'recovery.renew'
  | 'recovery.export'
  | 'recovery.retry';

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
    'recovery.renew': () => open().renew(),
    'recovery.export': async () => {
      const shut = office.shutFile;
      if (shut === null) return { folder: await open().exportEvidence() };
      const folder = await parts.chooseFolder();
      if (folder === null) return { folder };
      const written = await writeEvidence({
        folder,
        deviceId: 'device',
        atMs: parts.nowMs(),
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
