import type { App } from 'electron';

/** Switches that let another program drive or read our pages. */
const SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe', 'remote-allow-origins'];

/**
 * A release refuses to start under a remote debugger: it would read unmasked values and skip the
 * signing window. The flavour that the tests drive is named so and never shipped. (Inspecting main itself is off by the `inspect` fuse.)
 */
export function refuseDebugging(app: App): void {
  if (!app.isPackaged || process.env.FIELDCERT_FLAVOUR === 'e2e') return;
  for (const name of SWITCHES) {
    if (app.commandLine.hasSwitch(name)) throw new Error(`a release refuses --${name}`);
  }
}
