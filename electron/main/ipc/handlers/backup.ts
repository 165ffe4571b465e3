import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function backupHandlers(
  services: () => OfficeServices,
): Pick<
  Handlers,
  'backup.status' | 'backup.choose-place' | 'backup.start' | 'backup.verify' | 'backup.cancel'
> {
  return {
    'backup.status': () => services().backup.status(),
    'backup.choose-place': async () => ({ isChosen: await services().backup.choosePlace() }),
    'backup.start': async ({ kind }) => {
      await services().backup.start(kind);
      return {};
    },
    'backup.verify': async ({ generation, isDrill }) => {
      await services().backup.verify(generation, isDrill);
      return {};
    },
    'backup.cancel': async () => {
      await services().backup.cancel();
      return {};
    },
  };
}
