import { type BrowserWindow, dialog, session } from 'electron';
import { BUNDLE_EXTENSION } from '../../../shared/protocol/bundle';
import type { Surroundings } from './services/surroundings';

/** Dialogs for files that come or go by a stick, over the main window. */
export function deviceDialogs(window: () => BrowserWindow | null): Surroundings['dialogs'] {
  return {
    chooseLeaseFile: async () => {
      const parent = window();
      if (parent === null) return null;
      const filters = [{ name: 'FieldCert', extensions: ['json'] }];
      const chosen = await dialog.showOpenDialog(parent, { properties: ['openFile'], filters });
      return chosen.filePaths[0] ?? null;
    },
    chooseBundle: async () => {
      const parent = window();
      if (parent === null) return null;
      const filters = [{ name: 'FieldCert', extensions: [BUNDLE_EXTENSION] }];
      const chosen = await dialog.showOpenDialog(parent, { properties: ['openFile'], filters });
      return chosen.filePaths[0] ?? null;
    },
    chooseList: async () => {
      const parent = window();
      if (parent === null) return null;
      const filters = [{ name: 'Excel / CSV', extensions: ['xlsx', 'csv', 'txt'] }];
      const chosen = await dialog.showOpenDialog(parent, { properties: ['openFile'], filters });
      return chosen.filePaths[0] ?? null;
    },
    chooseEvidence: async () => {
      const parent = window();
      if (parent === null) return null;
      const filters = [{ name: 'JPEG PNG PDF', extensions: ['jpg', 'jpeg', 'png', 'pdf'] }];
      const chosen = await dialog.showOpenDialog(parent, { properties: ['openFile'], filters });
      return chosen.filePaths[0] ?? null;
    },
    chooseCertificate: async () => {
      const parent = window();
      if (parent === null) return null;
      const filters = [{ name: 'X.509', extensions: ['cer', 'crt', 'pem', 'der'] }];
      const chosen = await dialog.showOpenDialog(parent, { properties: ['openFile'], filters });
      return chosen.filePaths[0] ?? null;
    },
    saveOutbox: async (name) => {
      const parent = window();
      if (parent === null) return null;
      const chosen = await dialog.showSaveDialog(parent, { defaultPath: name });
      return chosen.filePath === undefined || chosen.filePath === '' ? null : chosen.filePath;
    },
  };
}

/** What the pages' engine keeps on the disk, and our own logs: gone after a wipe. */
export async function eraseTraces(eraseLogs: () => void): Promise<void> {
  const { defaultSession } = session;
  await defaultSession.clearStorageData();
  await defaultSession.clearCache();
  await defaultSession.clearCodeCaches({ urls: [] });
  eraseLogs();
}
