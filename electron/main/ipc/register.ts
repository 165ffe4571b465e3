import { ipcMain } from 'electron';
import { CHANNEL_INVOKE } from '../../../shared/ipc/contract';
import type { Route } from './router';

/** Opens the one inward channel. Everything else that a page might send has no listener. */
export function registerRouter(route: Route): void {
  ipcMain.handle(CHANNEL_INVOKE, (event, name: unknown, input: unknown) => {
    const frame = event.senderFrame;
    return route(
      {
        contentsId: event.sender.id,
        frameAddress: frame?.url ?? null,
        isTopFrame: frame !== null && frame.parent === null,
      },
      name,
      input,
    );
  });
}
