import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function evidenceHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'evidence.choose' | 'evidence.drop' | 'evidence.waiting'> {
  return {
    'evidence.choose': async () => ({ chosen: await services().evidence.choose() }),
    'evidence.drop': ({ handle }) => {
      services().evidence.drop(handle);
      return {};
    },
    'evidence.waiting': () => services().evidence.waiting(),
  };
}
