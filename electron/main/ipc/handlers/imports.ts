import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

type Names = Extract<keyof Handlers, `imports.${string}`>;

export function importHandlers(services: () => OfficeServices): Pick<Handlers, Names> {
  return {
    'imports.open': async ({ list, name, file }) => {
      const { imports, drops } = services();
      const review =
        file === undefined
          ? await imports.openChosen(list)
          : await drops.read(file, (path) => imports.openDropped(list, name ?? '', path));
      return { review };
    },
    'imports.close': () => {
      services().imports.close();
      return {};
    },
    'imports.sign': async () => ({ id: await services().imports.sign() }),
    'imports.list': async () => ({ imports: await services().imports.list() }),
    'imports.rows': async ({ id }) => ({ rows: await services().imports.rows(id) }),
    'imports.template': async ({ list }) => ({ file: await services().imports.template(list) }),
  };
}
