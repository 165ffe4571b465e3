import type { RestoreService } from '../../services/restore/restore';
import type { Handlers } from '../router';

export function restoreHandlers(
  restore: RestoreService,
): Pick<
  Handlers,
  | 'restore.choose'
  | 'restore.pick'
  | 'restore.open'
  | 'restore.open-by-key'
  | 'restore.start'
  | 'restore.cancel'
> {
  return {
    'restore.choose': async () => ({ choices: await restore.choose() }),
    'restore.pick': ({ id }) => restore.pick(id),
    'restore.open': ({ id, ...secrets }) => restore.open(id, secrets),
    'restore.open-by-key': ({ id, ...input }) => restore.openByKey(id, input),
    'restore.start': ({ keepsJournal }) => restore.start(keepsJournal),
    'restore.cancel': async () => {
      await restore.cancel();
      return {};
    },
  };
}
