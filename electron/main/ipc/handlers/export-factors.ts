import { AppError } from '../../../../shared/errors/app-error';
import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

/** The second factor of exports: every way ends in the service's own check. */
export function exportFactorHandlers(
  services: () => OfficeServices,
): Pick<
  Handlers,
  | 'exports.factors'
  | 'exports.start'
  | 'exports.ask-code'
  | 'exports.answer-code'
  | 'exports.request'
  | 'exports.resume'
  | 'exports.dismiss'
  | 'exports.choose-recipient'
> {
  return {
    'exports.factors': () => services().admissions.view(),
    'exports.start': ({ ticket, code, target, recipient, ...wish }) => {
      const { exports, admissions } = services();
      return exports.start(
        (ready) => admissions.byCode(wish, ticket, code, ready),
        target,
        recipient,
      );
    },
    'exports.ask-code': (wish) => services().admissions.askCode(wish),
    'exports.answer-code': ({ challenge, code, target, recipient }) => {
      const { exports, admissions } = services();
      return exports.start(
        (ready) => admissions.byAnswer(challenge, code, ready),
        target,
        recipient,
      );
    },
    'exports.request': ({ target, recipient, ...wish }) => {
      const { admissions, recipients } = services();
      const chosen = recipient === null ? null : recipients.demand(recipient);
      const der = chosen && Buffer.from(chosen.der).toString('base64');
      return admissions.request(wish, {
        target,
        recipient: chosen && der !== null ? { holder: chosen.shown.holder, der } : null,
      });
    },
    'exports.resume': async ({ request }) => {
      const { exports, admissions, recipients } = services();
      // As it was asked for, whatever the page is set to by now.
      const going = await admissions.requests.going(request);
      if (going === null) throw new AppError('EXPORT_NOT_APPROVED', {}, 'not known how it goes');
      const { target, recipient } = going;
      const handle =
        recipient === null
          ? null
          : recipients.adopt(Buffer.from(recipient.der, 'base64'), recipient.holder);
      return exports.start((ready) => admissions.byDecision(request, ready), target, handle);
    },
    'exports.dismiss': async ({ request }) => {
      await services().admissions.requests.close(request);
      return {};
    },
    'exports.choose-recipient': async () => ({ recipient: await services().recipients.choose() }),
  };
}
