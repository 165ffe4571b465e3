import type { OfficeServices } from '../../boot/services/office-services';
import type { VerifyService } from '../../services/verify/verify';
import type { Handlers } from '../router';

export function exportHandlers(
  services: () => OfficeServices,
  verify: VerifyService,
): Pick<
  Handlers,
  | 'exports.count'
  | 'exports.cancel'
  | 'exports.history'
  | 'exports.show'
  | 'exports.verify'
  | 'exports.stop-verifying'
> {
  return {
    'exports.count': ({ filter, board, grant }) => services().exports.count(filter, board, grant),
    'exports.cancel': async ({ jobId }) => {
      await services().exports.cancel(jobId);
      return {};
    },
    'exports.history': async () => ({ items: await services().exports.history() }),
    'exports.show': async ({ handle }) => {
      await services().exports.show(handle);
      return {};
    },
    'exports.verify': async ({ name, bytes, receipt }) => {
      if (bytes !== undefined)
        return { report: await verify.verifyBytes(name ?? '', bytes, receipt) };
      return {
        report:
          receipt === undefined ? await verify.verifyChosen() : await verify.verifyAgain(receipt),
      };
    },
    'exports.stop-verifying': () => {
      verify.stop();
      return Promise.resolve({});
    },
  };
}
