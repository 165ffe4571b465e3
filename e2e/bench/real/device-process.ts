import { fork } from 'node:child_process';
import { DeviceClient } from '../../../electron/main/clients/device-client';
import type { ProcessLink } from '../../../electron/main/clients/process-link';
import { appPath } from './app';

type Configuration = ReturnType<ConstructorParameters<typeof DeviceClient>[1]>;

/** The U-Key process as shipped, under plain Node, with these drivers. `env` is for the libraries that it loads. */
export function startDevice(
  configuration: Partial<Configuration>,
  env: Readonly<Record<string, string>> = {},
): DeviceClient {
  const whole = {
    pkcs11Libraries: [],
    skfProfiles: [],
    isPracticeOffice: false,
    ...configuration,
  };
  const start = (): ProcessLink => {
    const child = fork(appPath('dist/device/device.cjs'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    return {
      post: (message) => void (child.connected && child.send(message as object)),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', (code) => listener(code)),
      kill: () => void child.kill('SIGKILL'),
    };
  };
  return new DeviceClient(
    start,
    () => whole,
    () => undefined,
  );
}
