import { contextBridge, ipcRenderer } from 'electron';
import type { DeskBridge } from '../../shared/ipc/events';
import { COPY, EVENTS, NOT_HERE, PORT, PORT_ROUTES, SIGNING_ROUTES } from './channels';
import { guardCopies } from './copies';
import { eventSource } from './event-source';
import { send } from './send';
import { StorePort } from './store-port';

/** Preload of the main window: one object, `window.fieldcert`; no Electron object crosses over. */
guardCopies((text) => ipcRenderer.invoke(COPY, text));

const store = new StorePort();
ipcRenderer.on(PORT, (event, ended: 'LOCKED' | 'STORE_CRASHED' | null) => {
  const [port] = event.ports;
  if (port !== undefined && ended === null) store.attach(port);
  else store.end(ended ?? 'LOCKED');
});

const on = eventSource(EVENTS);
const bridge: DeskBridge = {
  invoke(route, input) {
    if (PORT_ROUTES.has(route)) return store.invoke(route, input);
    if (SIGNING_ROUTES.has(route)) return Promise.resolve(NOT_HERE);
    return send(route, input);
  },
  on: (event, listener) => on(event, listener),
};
contextBridge.exposeInMainWorld('fieldcert', bridge);
