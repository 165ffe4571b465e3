import type { Settings } from '../../../../shared/ipc/routes/app';
import type { OfficeServices } from '../../boot/services';
import type { VerifyService } from '../../services/verify/verify';
import type { Handlers } from '../router';

export function exportHandlers(
  services: () => OfficeServices,
  verify: VerifyService,
  settings: () => Settings,
): Pick<
  Handlers,
  | 'exports.count'
  | 'exports.cancel'
  | 'exports.history'
  | 'exports.show'
  | 'exports.verify'
  | 'signing.request'
  | 'signing.certificates'
  | 'signing.confirm'
  | 'signing.cancel'
> {
  return {
    'exports.count': ({ filter }) => services().exports.count(filter),
    'exports.cancel': async ({ jobId }) => {
      await services().exports.cancel(jobId);
      return {};
    },
    'exports.history': async () => ({ items: await services().exports.history() }),
    'exports.show': ({ handle }) => {
      services().exports.show(handle);
      return {};
    },
    'exports.verify': async ({ name, bytes }) => ({
      report:
        bytes === undefined
          ? await verify.verifyChosen()
          : await verify.verifyBytes(name ?? '', bytes),
    }),
    'signing.request': () => {
      const { locale, theme } = settings();
      const { names, ...request } = services().exports.signingRequest();
      return { ...request, template: names[locale], locale, theme };
    },
    'signing.certificates': async () => {
      const { items, problem } = await services().exports.choices();
      return { items: items.map(({ shown }) => shown), problem };
    },
    'signing.confirm': ({ tokenId, keyRef, pin }) =>
      services().exports.confirm(tokenId, keyRef, pin),
    'signing.cancel': async () => {
      await services().exports.cancelSigning();
      return {};
    },
  };
}
