import { AppError } from '../../../../shared/errors/app-error';
import type { UpdateDesk } from '../../boot/updates';
import type { Handlers } from '../router';

type Routes = Extract<keyof Handlers, `update.${string}`>;

export function updateHandlers({ updates, restart }: UpdateDesk): Pick<Handlers, Routes> {
  return {
    'update.status': () => updates.status(),
    'update.check': () => {
      void updates.check();
      return {};
    },
    'update.from-stick': async () => ({ isChosen: (await updates.fromStick()).isChosen }),
    'update.fetch': () => {
      void updates.bringFound();
      return {};
    },
    'update.pause': async () => {
      await updates.pause();
      return {};
    },
    'update.cancel': async () => {
      await updates.cancel();
      return {};
    },
    'update.install': () => {
      if (updates.ready === 'no') throw new AppError('FORBIDDEN', {}, 'nothing waits');
      restart();
      return {};
    },
    'update.show': async () => {
      await updates.show();
      return {};
    },
  };
}
