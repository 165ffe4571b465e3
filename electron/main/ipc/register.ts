import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { CHANNEL_COPY, CHANNEL_INVOKE, CHANNEL_SECRET } from '../../../shared/ipc/channels';
import { type CallSource, trustedWindow, type WindowKind } from '../security/sender';
import type { Route } from './router';
import { SecretDoor } from './secret-door';

/**
 * Opens the inward channel, and the one that hands out keys for its secrets: public halves, of no use to a
 * stranger. What else a page might send has no listener, but for `registerCopies`.
 */
export function registerRouter(route: Route): void {
  const door = new SecretDoor();
  ipcMain.handle(CHANNEL_SECRET, () => door.issue());
  ipcMain.handle(CHANNEL_INVOKE, async (event, name: unknown, input: unknown, sealed: unknown) => {
    return route(
      sourceOf(event),
      name,
      sealed === undefined ? input : await door.open(input, sealed),
    );
  });
}

/** Opens the way of the main window's preload to hand in what is to be copied; false for everybody else. */
export function registerCopies(
  windowOf: (contentsId: number) => WindowKind | null,
  take: (text: string) => Promise<boolean>,
): void {
  ipcMain.handle(CHANNEL_COPY, (event, text: unknown) => {
    if (trustedWindow(sourceOf(event), windowOf) !== 'main' || typeof text !== 'string')
      return false;
    return take(text);
  });
}

function sourceOf(event: IpcMainInvokeEvent): CallSource {
  const frame = event.senderFrame;
  return {
    contentsId: event.sender.id,
    frameAddress: frame?.url ?? null,
    isTopFrame: frame !== null && frame.parent === null,
  };
}
