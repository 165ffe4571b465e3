import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function alertHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'alerts.list' | 'alerts.acknowledge'> {
  return {
    'alerts.list': () => services().alerts.list(),
    'alerts.acknowledge': async (input) => {
      await services().alerts.acknowledge(input);
      return {};
    },
  };
}
