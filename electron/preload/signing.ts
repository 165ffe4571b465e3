import { contextBridge } from 'electron';
import type { DeskBridge } from '../../shared/ipc/events';
import { NOT_HERE, SIGNING_EVENTS, SIGNING_ROUTES } from './channels';
import { guardCopies } from './copies';
import { eventSource } from './event-source';
import { send } from './send';

/** Preload of the signing window: `signing.*` and nothing else. Main checks the same by window. */
guardCopies(null);
const on = eventSource(SIGNING_EVENTS);
const bridge: DeskBridge = {
  invoke(route, input) {
    if (!SIGNING_ROUTES.has(route)) return Promise.resolve(NOT_HERE);
    return send(route, input);
  },
  on: (event, listener) => on(event, listener),
};
contextBridge.exposeInMainWorld('fieldcert', bridge);
