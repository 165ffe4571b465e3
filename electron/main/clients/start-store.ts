import { fork } from 'node:child_process';
import type { MessagePortMain } from 'electron';
import { launchStore, storeClient } from '../../store/launcher';
import type { StorePagePort } from '../../store/protocol';
import type { StartedStore } from './store-client';
import { childEnvironment, startUtility } from './utility-link';

const PROBE_LIMIT_MS = 30_000;

export interface StoreRuntime {
  readonly isFallback: boolean;
  /** A Node that the encrypted engine loads in, for the fallback runtime. */
  readonly node: string | null;
  /** Which native binding to load, where a test names one. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The store as a utilityProcess (product), or as a Node child where the runtime's Node-API is too old
 * for the encrypted engine (fallback).
 */
export function startStore(entry: string, { isFallback, node, env }: StoreRuntime): StartedStore {
  if (!isFallback) return utilityStore(entry, 'fieldcert-store', env);
  if (node === null) throw new Error('the fallback runtime needs a Node for the store');
  const process = launchStore({ kind: 'child', nodePath: node, entry, env });
  return { process, givePagePort: null };
}

/** The emergency reader in the store's place: no native code, so a utilityProcess of any runtime. */
export function startEmergency(entry: string): StartedStore {
  return utilityStore(entry, 'fieldcert-emergency', {});
}

/** Whether the engine's native binding loads here, tried in a process that it may take with it. */
export function probeStore(
  entry: string,
  { isFallback, node, env }: StoreRuntime,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (loads: boolean) => {
      clearTimeout(timer);
      kill();
      resolve(loads);
    };
    let kill = () => undefined as unknown;
    const timer = setTimeout(() => end(false), PROBE_LIMIT_MS);
    if (isFallback) {
      if (node === null) return end(true);
      const child = fork(entry, [], {
        execPath: node,
        execArgv: [],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        env: { ...childEnvironment(), ...env },
      });
      kill = () => child.kill('SIGKILL');
      child.once('message', () => end(true));
      child.once('exit', () => end(false));
      child.once('error', () => end(false));
      return;
    }
    const link = startUtility(entry, 'fieldcert-probe', env);
    kill = () => link.kill();
    link.onMessage(() => end(true));
    link.onExit(() => end(false));
  });
}

function utilityStore(
  entry: string,
  name: string,
  env: Readonly<Record<string, string>>,
): StartedStore {
  const link = startUtility(entry, name, env);
  const process = storeClient({
    send: (message) => link.post(message),
    onMessage: (handler) => link.onMessage(handler),
    onExit: (handler) => link.onExit(handler),
    kill: () => link.kill(),
  });
  const message: StorePagePort = { pagePort: true };
  return { process, givePagePort: (port) => link.post(message, [port as MessagePortMain]) };
}
