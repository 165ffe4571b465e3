import { fork } from 'node:child_process';
import type { ProcessLink } from '../../../electron/main/clients/process-link';
import { appPath } from './app';

/** The jobs process, with its number. */
export interface JobsProcess {
  readonly link: ProcessLink;
  readonly pid: number;
}

export function startJobsProcess(): JobsProcess {
  const child = fork(appPath('dist/jobs/jobs.cjs'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { TZ: 'Asia/Shanghai' },
  });
  if (child.pid === undefined) throw new Error('the jobs process did not start');
  const link: ProcessLink = {
    post: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(code)),
    kill: () => void child.kill(),
  };
  return { link, pid: child.pid };
}
