import { fork } from 'node:child_process';
import type { StartedStore } from '../../../electron/main/clients/store-client';
import { storeClient } from '../../../electron/store/launcher';
import { appPath } from './app';

/** The store process under a Node of today, as the fallback runtime starts it, with its number. */
export interface StoreProcess {
  readonly started: StartedStore;
  readonly pid: number;
}

/** Folder for CPU profiles of the store's threads; set by whoever looks for the reason of a figure. */
const PROFILE_FOLDER = 'FIELDCERT_BENCH_PROFILE';
const PROFILE_WRITTEN_MS = 4_000;

/** `program`: the store, or the emergency reader in its place. */
export function startStoreProcess(program = 'dist/store/store.cjs'): StoreProcess {
  const profiles = process.env[PROFILE_FOLDER];
  const child = fork(appPath(program), [], {
    execArgv: profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { TZ: 'Asia/Shanghai' },
  });
  if (child.pid === undefined) throw new Error('the store process did not start');
  const client = storeClient({
    send: (message) => void child.send(message as object),
    onMessage: (handler) => void child.on('message', handler),
    onExit: (handler) => void child.once('exit', (code) => handler(code)),
    kill: () => {
      if (profiles === undefined) child.kill('SIGKILL');
      else setTimeout(() => child.kill('SIGKILL'), PROFILE_WRITTEN_MS);
    },
  });
  return { started: { process: client, givePagePort: null }, pid: child.pid };
}
