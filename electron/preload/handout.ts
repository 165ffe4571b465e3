import { contextBridge, ipcRenderer } from 'electron';
import type { DeskBridge } from '../../shared/ipc/events';
import { HANDOUT_ROUTES, INVOKE, NOT_HERE } from './channels';
import { guardCopies } from './copies';

/** Preload of the window that hands out the recovery key: `handout.*` and nothing else, no events. */
guardCopies(null);
const bridge: DeskBridge = {
  invoke(route, input) {
    if (!HANDOUT_ROUTES.has(route)) return Promise.resolve(NOT_HERE);
    return ipcRenderer.invoke(INVOKE, route, input);
  },
  on: () => () => undefined,
};
contextBridge.exposeInMainWorld('fieldcert', bridge);
