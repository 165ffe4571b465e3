import { ipcMain } from 'electron';
import { CHANNEL_INVOKE, CHANNEL_SECRET } from '../../../shared/ipc/contract';
import type { Route } from './router';
import { SecretDoor } from './secret-door';

/**
 * Opens the inward channel, and the one that hands out keys for its secrets: public halves, of no use to a
 * stranger. Everything else that a page might send has no listener.
 */
export function registerRouter(route: Route): void {
  const door = new SecretDoor();
  ipcMain.handle(CHANNEL_SECRET, () => door.issue());
  ipcMain.handle(CHANNEL_INVOKE, async (event, name: unknown, input: unknown, sealed: unknown) => {
    const frame = event.senderFrame;
    return route(
      {
        contentsId: event.sender.id,
        frameAddress: frame?.url ?? null,
        isTopFrame: frame !== null && frame.parent === null,
      },
      name,
      sealed === undefined ? input : await door.open(input, sealed),
    );
  });
}
