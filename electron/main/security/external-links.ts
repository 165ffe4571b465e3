import type { App } from 'electron';

/**
 * No window is opened by a page and no address is ever handed to the system's browser: fake
 * verification sites behind QR codes are the fraud of real life, so nothing here opens an address.
 */
export function denyExternalLinks(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
