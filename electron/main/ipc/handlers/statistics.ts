import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

type Names = Extract<keyof Handlers, `statistics.${string}`>;

export function statisticsHandlers(services: () => OfficeServices): Pick<Handlers, Names> {
  return {
    'statistics.state': () => services().statistics.state(),
    'statistics.preview': (input) => services().statistics.preview(input),
    'statistics.release': (input) => services().statistics.release(input),
    'statistics.save': async ({ id }) => ({ saved: await services().statisticsFiles.save(id) }),
  };
}
