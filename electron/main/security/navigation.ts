import type { App } from 'electron';
import { isOwnAddress } from './origin';

/**
 * A page never leaves our origin: a poisoned link, form or dropped file would otherwise load a
 * stranger's page with our preload. Main itself loads by `loadURL`, which these events do not cover.
 * `<webview>` is refused in every form.
 */
export function guardNavigation(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void }, address: string) => {
      if (!isOwnAddress(address)) event.preventDefault();
    };
    contents.on('will-navigate', (event, address) => stay(event, address));
    contents.on('will-redirect', (event, address) => stay(event, address));
    contents.on('will-frame-navigate', (event) => stay(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}
