import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function outboxHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'outbox.view' | 'outbox.resend' | 'outbox.dismiss' | 'outbox.export'> {
  return {
    'outbox.view': () => services().outbox.view(),
    'outbox.resend': async ({ dseq, texts }) => {
      await services().outbox.resend(dseq, texts);
      return {};
    },
    'outbox.dismiss': async ({ dseq, note }) => {
      await services().outbox.dismiss(dseq, note);
      return {};
    },
    'outbox.export': async () => ({ isSaved: await services().outbox.exportSealed() }),
  };
}
