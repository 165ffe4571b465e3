import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function emergencyHandlers(
  services: () => OfficeServices,
): Pick<Handlers, 'emergency.status' | 'emergency.set-level'> {
  return {
    'emergency.status': async () => {
      const { sync, emergencyImport, control } = services();
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
      const { endpoints, ...standing } = control.level;
      const drill = control.levelDrill;
      const level = {
        ...{ ...standing, endpoints: [...endpoints] },
        drill: drill === null ? null : { ...drill },
      };
      return { cache: await sync.cacheFacts(), lastImport, level };
    },
    'emergency.set-level': async ({ level, reason, isDrill }) => {
      const { control, store, sessions } = services();
      const actor = sessions.demand().view.userId;
      // In the log first: what is lifted was lifted by somebody.
      const payload = isDrill ? { drillOf: level, reason } : { level, reason };
      await store.call('auditAppend', { kind: 'emergency-level', actor, payload });
      await control.setLevel(level, reason, isDrill);
      return {};
    },
  };
}
