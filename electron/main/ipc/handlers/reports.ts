import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

type Names = Extract<keyof Handlers, `reports.${string}` | `followups.${string}`>;

export function reportHandlers(services: () => OfficeServices): Pick<Handlers, Names> {
  const reports = () => services().fieldReports;
  const followUps = () => services().followUps;
  return {
    'reports.field-check': async (input) => {
      await reports().fieldCheck(input);
      return {};
    },
    'reports.correction': async (input) => {
      await reports().correction(input);
      return {};
    },
    'reports.fake': async (input) => {
      await reports().fake(input);
      return {};
    },
    'reports.list': async () => ({ reports: await reports().list() }),
    'followups.list': async () => ({ items: await followUps().list() }),
    'followups.add': async (input) => ({ items: await followUps().add(input) }),
    'followups.add-selection': ({ selection }) => followUps().addSelection(selection),
    'followups.tick': async ({ id, isDone }) => ({ items: await followUps().tick(id, isDone) }),
    'followups.pdf': () => services().followUpPdf.save(),
    'followups.save': async () => ({ saved: await services().visitFiles.save() }),
    'followups.remove': async ({ id }) => ({ items: await followUps().remove(id) }),
  };
}
