import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function feedbackHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'feedback.list' | 'feedback.send'> {
  return {
    'feedback.list': () => services().feedback.list(),
    'feedback.send': async (input) => {
      await services().feedback.send(input);
      return {};
    },
  };
}
