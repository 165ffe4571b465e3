import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function bundleHandlers(
  services: () => OfficeServices,
): Pick<
  Handlers,
  'bundle.choose' | 'bundle.apply' | 'bundle.cancel' | 'bundle.outgoing' | 'bundle.export'
> {
  return {
    'bundle.choose': async () => ({ preview: await services().bundles.choose() }),
    'bundle.apply': ({ handle }) => services().bundles.apply(handle),
    'bundle.cancel': async () => {
      await services().bundles.cancel();
      return {};
    },
    'bundle.outgoing': () => services().outgoing.preview(),
    'bundle.export': async () => {
      const { files, ...sums } = await services().outgoing.write();
      return { files: files === null ? null : [...files], ...sums };
    },
  };
}
