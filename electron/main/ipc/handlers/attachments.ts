import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function attachmentHandlers(
  services: () => OfficeServices,
): Pick<
  Handlers,
  | 'attachments.of'
  | 'attachments.open'
  | 'attachments.fetch'
  | 'attachments.storage'
  | 'attachments.set-budget'
  | 'attachments.clear'
> {
  const attachments = () => services().attachments;
  return {
    'attachments.of': ({ certificateId }) => attachments().of(certificateId),
    'attachments.open': async ({ certificateId, id }) => ({
      view: await attachments().view(certificateId, id),
    }),
    'attachments.fetch': async ({ certificateId, id }) => ({
      view: await attachments().view(certificateId, id, true),
    }),
    'attachments.storage': () => attachments().storage(),
    'attachments.set-budget': ({ megabytes }) => attachments().setBudget(megabytes),
    'attachments.clear': () => attachments().clear(),
  };
}
