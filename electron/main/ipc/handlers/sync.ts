import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function syncHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'sync.status' | 'sync.start' | 'sync.cancel' | 'sync.verify'> {
  return {
    'sync.status': () => services().sync.status(),
    'sync.start': ({ isWhole }) => services().sync.start({ isWhole: isWhole ?? false }),
    'sync.cancel': async () => {
      await services().sync.cancel();
      return {};
    },
    'sync.verify': () => services().sync.verify(),
  };
}
