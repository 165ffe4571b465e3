import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function crossRegionHandlers(
  services: () => OfficeServices,
): Pick<Handlers, Extract<keyof Handlers, `cross-region.${string}`>> {
  const service = () => services().crossRegion;
  return {
    'cross-region.list': () => service().list(),
    'cross-region.ask': async (input) => ({ request: await service().ask(input) }),
    'cross-region.decide': async (input) => {
      await service().decide(input);
      return {};
    },
    'cross-region.fetch': async ({ request }) => {
      await service().bring(request);
      return {};
    },
    'cross-region.cancel': () => {
      service().cancel();
      return {};
    },
    'cross-region.drop': async ({ request }) => {
      await service().drop(request);
      return {};
    },
    'cross-region.search': (input) => service().search(input),
    'cross-region.reveal': (input) => service().reveal(input),
    'cross-region.record': (input) => service().record(input),
  };
}
