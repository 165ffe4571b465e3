import type { DeskState, Settings } from '../../../../shared/ipc/routes/app';
import type { PageName } from '../../../../shared/ipc/routes/last-page';
import type { SettingsService } from '../../services/settings/settings';
import type { FaultLog } from '../refusal';
import { newRef } from '../refusal';
import type { Handlers } from '../router';

export interface AppHandlerParts {
  state(): Promise<DeskState>;
  /** Tells every page the new state. */
  announce(): Promise<void>;
  notePage(page: PageName): void;
  readonly settings: SettingsService;
  readonly window: { minimize(): void; toggleMaximize(): void; close(): void };
  readonly log: FaultLog;
}

export function appHandlers(
  parts: AppHandlerParts,
): Pick<
  Handlers,
  | 'app.state'
  | 'settings.set'
  | 'window.minimize'
  | 'window.maximize'
  | 'window.close'
  | 'app.report-fault'
  | 'app.note-page'
> {
  return {
    'app.state': () => parts.state(),
    'app.note-page': ({ page }) => {
      parts.notePage(page);
      return {};
    },
    'settings.set': async (change): Promise<Settings> => {
      const settings = parts.settings.set(change);
      await parts.announce();
      return settings;
    },
    'window.minimize': () => {
      parts.window.minimize();
      return {};
    },
    'window.maximize': () => {
      parts.window.toggleMaximize();
      return {};
    },
    'window.close': () => {
      parts.window.close();
      return {};
    },
    'app.report-fault': ({ message, where }) => {
      const ref = newRef();
      parts.log.error('fault in a page', { ref, where, detail: message });
      return { ref };
    },
  };
}
