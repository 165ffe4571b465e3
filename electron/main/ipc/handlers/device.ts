import type { Office } from '../../boot/office';
import type { Handlers } from '../router';

export function deviceHandlers(
  office: Office,
): Pick<
  Handlers,
  'device.status' | 'device.contact' | 'device.renew-lease' | 'device.wipe' | 'device.save-outbox'
> {
  return {
    'device.status': () => office.acts.status(),
    'device.contact': async () => {
      await office.demandServices().control.contact();
      return {};
    },
    'device.renew-lease': () => office.acts.renewLease(),
    'device.wipe': (input) => office.acts.wipeByPersons(input),
    'device.save-outbox': async () => ({ isSaved: await office.saveOutbox() }),
  };
}
