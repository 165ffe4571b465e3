import { ipcRenderer } from 'electron';
import { EVENT } from './channels';

/** Subscribes listeners to main's events, the named ones only; answers how to unsubscribe. */
export function eventSource(
  allowed: ReadonlySet<string>,
): (name: unknown, listener: unknown) => () => void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  ipcRenderer.on(EVENT, (_event, name: string, payload: unknown) => {
    for (const listener of listeners.get(name) ?? []) listener(payload);
  });
  return (name, listener) => {
    if (typeof name !== 'string' || !allowed.has(name) || typeof listener !== 'function') {
      return () => undefined;
    }
    const call = (payload: unknown) => void listener(payload);
    const own = listeners.get(name) ?? new Set();
    listeners.set(name, own.add(call));
    return () => void own.delete(call);
  };
}
