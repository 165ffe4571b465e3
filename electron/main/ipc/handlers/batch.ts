import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

type Names = Extract<keyof Handlers, `batch.${string}`>;

export function batchHandlers(services: () => OfficeServices): Pick<Handlers, Names> {
  return {
    'batch.open': async ({ name, file }) => {
      const { batches, drops } = services();
      const list =
        file === undefined
          ? await batches.openChosen()
          : await drops.read(file, (path) => batches.openDropped(name ?? '', path));
      return { list };
    },
    'batch.try': async ({ mapping }) => {
      const { ready, faults } = await services().batches.try(mapping);
      return { ready, faults: [...faults] };
    },
    'batch.run': async ({ mapping }) => ({ batch: await services().batches.run(mapping) }),
    'batch.cancel': () => {
      services().batches.cancel();
      return {};
    },
    'batch.list': async () => ({ batches: await services().batches.list() }),
    'batch.rows': async (input) => {
      const { rows, total } = await services().batches.rows(input);
      return { rows: rows.map(({ among: _, ...row }) => row), total };
    },
    'batch.again': ({ batch }) => services().batches.again(batch),
    'batch.remove': async ({ batch }) => {
      await services().batches.remove(batch);
      return {};
    },
    'batch.save': async ({ batch, as }) => ({
      saved: await services().batchFiles.save(batch, as),
    }),
    'batch.template': async () => ({ file: await services().batchFiles.template() }),
  };
}
