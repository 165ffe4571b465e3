import type { App } from 'electron';

/**
 * Every page runs in the operating system's sandbox. The switch `--no-sandbox` is present only where
 * tests run as root: there `enableSandbox` would drop it and child processes die in a loop.
 * A packaged product refuses the switch.
 */
export function enforceSandbox(app: App): void {
  if (!app.commandLine.hasSwitch('no-sandbox')) {
    app.enableSandbox();
    return;
  }
  if (app.isPackaged && process.env.FIELDCERT_FLAVOUR !== 'e2e') {
    throw new Error('the sandbox must not be switched off');
  }
}
