import type { LineStatus } from '../../../../shared/ipc/routes/line';
import type { OfficeServices } from '../../boot/services/office-services';
import type { LineSettingsKeeper } from '../../services/line/line-settings';
import type { Handlers } from '../router';

export function lineHandlers(
  services: () => OfficeServices,
  settings: LineSettingsKeeper,
): Pick<Handlers, 'line.status' | 'line.set' | 'line.set-proxy'> {
  const status = (): LineStatus => ({
    settings: settings.current,
    ...services().sync.lineFacts(),
  });
  return {
    'line.status': status,
    'line.set': (change) => {
      settings.set(change);
      return status();
    },
    'line.set-proxy': async (input) => {
      await settings.setProxy(input);
      await services().sync.wayChanged();
      return status();
    },
  };
}
