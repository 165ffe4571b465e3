import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

type Names = Extract<keyof Handlers, `history.${string}` | `follow.${string}` | 'reminders.list'>;

export function watchHandlers(services: () => OfficeServices): Pick<Handlers, Names> {
  return {
    'history.list': ({ before }) => services().watch.history.list(before),
    'history.clear': () => services().watch.history.clear(),
    'follow.list': () => services().watch.follow.list(),
    'follow.seen': async ({ items }) => {
      await services().watch.follow.see(items);
      return {};
    },
    'reminders.list': () => services().watch.reminders.list(),
  };
}
