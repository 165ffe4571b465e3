import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

type Names = Extract<keyof Handlers, `drops.${string}`>;

export function dropHandlers(services: () => OfficeServices): Pick<Handlers, Names> {
  return {
    'drops.piece': async ({ file, offset, bytes }) => {
      await services().drops.piece(file, offset, bytes);
      return {};
    },
  };
}
