import type { MessagePortMain } from 'electron';
import { launchStore, storeClient } from '../../store/launcher';
import type { StorePagePort } from '../../store/protocol';
import type { StartedStore } from './store-client';
import { startUtility } from './utility-link';

/**
 * The store as a utilityProcess (product), or as a Node child where the runtime's Node-API is too old
 * for the encrypted engine (fallback). `node`: that Node's binary.
 */
export function startStore(entry: string, isFallback: boolean, node: string | null): StartedStore {
  if (isFallback) {
    if (node === null) throw new Error('the fallback runtime needs FIELDCERT_NODE');
    return { process: launchStore({ kind: 'child', nodePath: node, entry }), givePagePort: null };
  }
  const link = startUtility(entry, 'fieldcert-store');
  const process = storeClient({
    send: (message) => link.post(message),
    onMessage: (handler) => link.onMessage(handler),
    onExit: (handler) => link.onExit(handler),
    kill: () => link.kill(),
  });
  const message: StorePagePort = { pagePort: true };
  return { process, givePagePort: (port) => link.post(message, [port as MessagePortMain]) };
}
