import type { OfficeServices } from '../../boot/services/office-services';
import type { Tables } from '../../services/tables/tables';
import type { Handlers } from '../router';

export function recordHandlers(
  services: () => OfficeServices,
  tables: Tables,
): Pick<Handlers, 'records.reveal' | 'records.tables' | 'records.pdf'> {
  return {
    'records.reveal': (input) => services().reveal.reveal(input),
    'records.tables': () => tables,
    'records.pdf': ({ id }) => services().recordPdf.save(id),
  };
}
