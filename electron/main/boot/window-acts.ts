import { dialog, Notification } from 'electron';
import type { Windows } from './windows';

/** A notice of the operating system; a click brings the desk to the front. */
export function showNotice(windows: Windows, title: string, body: string): void {
  if (!Notification.isSupported()) return;
  const notice = new Notification({ title, body });
  notice.on('click', () => void windows.openMain());
  notice.show();
}

/** A package or a signed file that a person chooses; null when the person cancelled. */
export async function chooseFile(windows: Windows): Promise<string | null> {
  const window = windows.mainWindow;
  if (window === null) return null;
  const filters = [{ name: 'FieldCert', extensions: ['zip', 'pdf', 'json'] }];
  const chosen = await dialog.showOpenDialog(window, { properties: ['openFile'], filters });
  return chosen.filePaths[0] ?? null;
}
