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
    'exports.request': (wish) => services().admissions.request(wish),
    'exports.resume': async ({ request, target, recipient }) => {
      const { exports, admissions } = services();
      return exports.start((ready) => admissions.byDecision(request, ready), target, recipient);
    },
    'exports.dismiss': async ({ request }) => {
      await services().admissions.requests.close(request);
      return {};
    },
    'exports.choose-recipient': async () => ({ recipient: await services().recipients.choose() }),
  };
}
