import { type MessagePortMain, utilityProcess } from 'electron';
import type { ProcessLink } from './process-link';

/**
 * Starts one of our bundles as a utilityProcess. It gets none of main's environment but what a
 * native library needs to load: no debugging switches, no credentials of the user's shell.
 */
export function startUtility(
  file: string,
  serviceName: string,
  env: Readonly<Record<string, string>> = {},
): ProcessLink {
  const child = utilityProcess.fork(file, [], {
    serviceName,
    stdio: 'ignore',
    env: { ...childEnvironment(), ...env },
    execArgv: [],
  });
  // Messages sent before the child listens are queued by Electron; those after its end are lost.
  let isAlive = true;
  child.once('exit', () => {
    isAlive = false;
  });
  return {
    post(message, ports = []) {
      if (isAlive) child.postMessage(message, ports as MessagePortMain[]);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(code)),
    kill: () => {
      // Electron's own kill asks politely, which a process that hangs never hears.
      if (isAlive && child.pid !== undefined) killNow(child.pid);
      child.kill();
    },
  };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

const INHERITED = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'SystemRoot',
  'TEMP',
  'SOFTHSM2_CONF',
  'PCSCLITE_CSOCK_NAME',
];

/** The few variables that our processes may see. */
export function childEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
