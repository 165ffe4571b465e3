import type { OfficeServices } from '../../boot/services';
import type { Handlers } from '../router';

export function emergencyHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'emergency.status'> {
  return {
    'emergency.status': async () => {
      const { sync, emergencyImport } = services();
      const report = await emergencyImport.lastReport();
      const lastImport =
        report === null
          ? null
          : {
              atMs: report.atMs,
              acts: report.acts,
              isTorn: report.isTorn,
              faultAt: report.fault?.seq ?? null,
            };
      return { cache: await sync.cacheFacts(), lastImport };
    },
  };
}
