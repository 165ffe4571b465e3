import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function deepCheckHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'deep-check.status' | 'deep-check.start' | 'deep-check.cancel'> {
  return {
    'deep-check.status': () => services().deepCheck.status(),
    'deep-check.start': () => {
      services().deepCheck.start();
      return {};
    },
    'deep-check.cancel': async () => {
      await services().deepCheck.cancel();
      return {};
    },
  };
}
