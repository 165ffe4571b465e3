import type { OfficeServices } from '../../boot/services/office-services';
import type { Handlers } from '../router';

export function rotationHandlers(
  services: () => OfficeServices,
): Pick<
  Handlers,
  'rotation.state' | 'rotation.start' | 'rotation.pause' | 'rotation.resume' | 'rotation.request'
> {
  return {
    'rotation.state': () => services().rotation.state(),
    'rotation.start': ({ reason }) => services().rotation.start(reason),
    'rotation.pause': () => services().rotation.pause(),
    'rotation.resume': () => services().rotation.resume(),
    'rotation.request': ({ reason }) => services().rotation.request(reason),
  };
}
