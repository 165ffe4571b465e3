import { fork } from 'node:child_process';
import type { ProcessLink } from '../../electron/main/clients/process-link';

/**
 * One of our process bundles as a plain Node child: the same protocol as in a utilityProcess. `electron` is a binary of
 * Electron that runs it in the place of this Node: another engine, and BoringSSL for OpenSSL. `env` is added to the PATH,
 * which is all that it gets of ours.
 */
export function childLink(
  file: string,
  electron?: string,
  env: Readonly<Record<string, string>> = {},
): ProcessLink & { readonly pid: number | undefined } {
  const child = fork(file, [], {
    execArgv: [],
    ...(electron === undefined ? {} : { execPath: electron }),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH ?? '',
      ...(electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }),
      ...env,
    },
  });
  return {
    pid: child.pid,
    post: (message) => void (child.connected && child.send(message as object)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(code)),
    kill: () => void child.kill('SIGKILL'),
  };
}
