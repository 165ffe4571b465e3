import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function actHandlers(
  services: () => OfficeServices,
): Pick<Handlers, Extract<keyof Handlers, `acts.${string}`>> {
  const service = () => services().centralActs;
  return {
    'acts.status': () => service().status(),
    'acts.open': async () => {
      await service().open();
      return {};
    },
    'acts.list': () => service().list(),
    'acts.request': async ({ act }) => ({ id: await service().request(act) }),
    'acts.decide': (input) => service().decide(input),
    'acts.save': async () => ({ isSaved: await service().save() }),
  };
}
