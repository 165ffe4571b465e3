import type { Settings } from '../../../../shared/ipc/routes/app';
import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function signingHandlers(
  services: () => OfficeServices,
  settings: () => Settings,
): Pick<
  Handlers,
  'signing.request' | 'signing.certificates' | 'signing.confirm' | 'signing.cancel'
> {
  return {
    'signing.request': () => {
      const { locale, theme } = settings();
      return { ...services().signing.request(locale), locale, theme };
    },
    'signing.certificates': async () => {
      const { items, problem } = await services().signing.choices();
      return { items: items.map(({ shown }) => shown), problem };
    },
    'signing.confirm': ({ tokenId, keyRef, pin }) =>
      services().signing.confirm(tokenId, keyRef, pin),
    'signing.cancel': async () => {
      await services().signing.cancel();
      return {};
    },
  };
}
