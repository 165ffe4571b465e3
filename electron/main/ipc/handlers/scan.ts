import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function scanHandlers(
  services: () => OfficeServices,
  openCamera: () => void,
): Pick<Handlers, Extract<keyof Handlers, `scan.${string}`>> {
  return {
    'scan.check': async ({ text, by }) => ({ check: await services().scan.check(text, by) }),
    'scan.picture': async ({ bytes }) => {
      const checks = await services().scan.picture(bytes);
      return { checks: checks === null ? null : [...checks] };
    },
    'scan.camera': () => {
      services().scan.openCamera();
      openCamera();
      return {};
    },
    'scan.frame': async ({ bytes }) => {
      const { scan } = services();
      const { taken, isHeld } = await scan.frame(bytes, (text) => scan.check(text, 'camera'));
      return { checks: [...taken], isHeld };
    },
    'scan.ask': async ({ ask }) => {
      await services().lookups.ask(ask);
      return {};
    },
    'scan.asked': async () => ({ asked: await services().lookups.list() }),
    'scan.national': () => ({ held: services().scan.held() }),
  };
}
