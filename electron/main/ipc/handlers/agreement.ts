import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function agreementHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'agreement.state' | 'agreement.sign'> {
  return {
    'agreement.state': ({ locale }) => services().agreement.state(locale),
    'agreement.sign': async ({ locale }) => {
      await services().agreement.sign(locale);
      return {};
    },
  };
}
