import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function selfCheckHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'self-check.status' | 'self-check.start' | 'self-check.cancel'> {
  return {
    'self-check.status': () => services().selfCheck.status(),
    'self-check.start': () => {
      services().selfCheck.start();
      return Promise.resolve({});
    },
    'self-check.cancel': async () => {
      await services().selfCheck.cancel();
      return {};
    },
  };
}
