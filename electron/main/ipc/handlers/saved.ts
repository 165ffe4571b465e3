import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function savedHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'saved.list' | 'saved.put' | 'saved.remove'> {
  return {
    'saved.list': () => services().saved.list(),
    'saved.put': (input) => services().saved.put(input),
    'saved.remove': async ({ item }) => {
      await services().saved.remove(item);
      return {};
    },
  };
}
