import type { OfficeServices } from '../../boot/services';
import type { Handlers } from '../router';

export function scanHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'scan.check' | 'scan.picture'> {
  return {
    'scan.check': async ({ text, by }) => ({ check: await services().scan.check(text, by) }),
    'scan.picture': async ({ bytes }) => {
      const checks = await services().scan.picture(bytes);
      return { checks: checks === null ? null : [...checks] };
    },
  };
}
