import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function auditHandlers(
  services: () => OfficeServices,
): Pick<
  Handlers,
  'audit.state' | 'audit.entries' | 'audit.verify' | 'audit.cancel' | 'audit.export'
> {
  return {
    'audit.state': () => services().auditLog.state(),
    'audit.entries': (input) => services().auditLog.entries(input),
    'audit.verify': () => services().auditLog.verify(),
    'audit.cancel': () => {
      services().auditLog.cancel();
      return {};
    },
    'audit.export': () => services().auditLog.export(),
  };
}
