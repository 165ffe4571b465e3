import { app, powerMonitor } from 'electron';
import type { ServiceLog } from '../services/ports';
import { SettingsService } from '../services/settings/settings';
import { Presence } from './idle-watch';
import { installationAt } from './program-folders';
import { settingsFile } from './settings-file';
import { Windows } from './windows';

const BACKGROUND = { light: '#f4f6f9', dark: '#12161c', contrast: '#000000' } as const;

/** What a person sees before anything behind it is ready: windows, and how they are to look. */
export interface Front {
  readonly settings: SettingsService;
  readonly windows: Windows;
  readonly presence: Presence;
}

/** Reads the settings; opens nothing. */
export function makeFront(log: ServiceLog): Front {
  const settings = new SettingsService(settingsFile(app.getPath('userData'), log));
  const { preloads } = installationAt(app.getAppPath());
  const backgroundColor = BACKGROUND[settings.current.theme];
  const windows = new Windows({ preloads, isPackaged: app.isPackaged, backgroundColor });
  return { settings, windows, presence: new Presence(powerMonitor, Date.now) };
}
