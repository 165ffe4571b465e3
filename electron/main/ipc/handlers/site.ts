import type { OfficeServices } from '../../boot/services/office-services';
import { shownVisit } from '../../services/site/site';
import type { Handlers } from '../router';

export function siteHandlers(
  services: () => OfficeServices,
): Pick<Handlers, Extract<keyof Handlers, `site.${string}`>> {
  const site = () => services().site;
  return {
    'site.current': async () => {
      const visit = await site().current();
      return { visit: visit === null ? null : shownVisit(visit) };
    },
    'site.begin': async ({ place }) => ({ visit: shownVisit(await site().begin(place)) }),
    'site.check': async ({ text, by }) => {
      const { check, visit } = await site().check(text, by);
      return { check, visit: shownVisit(visit) };
    },
    'site.frame': async ({ bytes }) => {
      const { last, isHeld } = await site().frame(bytes);
      const shown = last === null ? null : { check: last.check, visit: shownVisit(last.visit) };
      return { last: shown, isHeld };
    },
    'site.missing': async ({ name }) => ({ visit: shownVisit(await site().missing(name)) }),
    'site.undo': async ({ n }) => ({ visit: shownVisit(await site().undo(n)) }),
    'site.set-due': async ({ n, dueDay }) => ({
      visit: shownVisit(await site().setDue(n, dueDay)),
    }),
    'site.close': async () => ({ visit: shownVisit(await site().close()) }),
    'site.save': async ({ visit }) => ({
      saved: await services().siteFiles.save(await site().visit(visit)),
    }),
    'site.rectifications': () => site().rectifications(),
    'site.settle': async ({ visit, n }) => {
      await site().settle(visit, n);
      return {};
    },
  };
}
