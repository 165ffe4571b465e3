import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function retentionHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'retention.status' | 'retention.run'> {
  return {
    'retention.status': () => services().retention.status(),
    'retention.run': () => {
      services().retention.start();
      return services().retention.status();
    },
  };
}
