import { fork } from 'node:child_process';
import type { ProcessLink } from '../../electron/main/clients/process-link';

/** One of our process bundles as a plain Node child: the same protocol as in a utilityProcess. */
export function childLink(file: string): ProcessLink {
  const child = fork(file, [], {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH ?? '' },
  });
  return {
    post: (message) => void (child.connected && child.send(message as object)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(code)),
    kill: () => void child.kill('SIGKILL'),
  };
}
