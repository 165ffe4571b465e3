import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function formerHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'former.list' | 'former.export' | 'former.remove'> {
  return {
    'former.list': async () => ({ offices: await services().formerOffices.list() }),
    'former.export': ({ id }) => services().formerOffices.export(id),
    'former.remove': async ({ id }) => {
      await services().formerOffices.remove(id);
      return {};
    },
  };
}
