// npm start: the practice office in a window; without a display, or with --out DIR, the guided demo.

import { performDemo } from './demo/perform.mjs';
import { at } from './paths.mjs';
import { run } from './runtime/run.mjs';
import { sandboxSwitches } from './runtime/sandbox.mjs';
import { say } from './runtime/say.mjs';
import { hasDisplay } from './runtime/system.mjs';
import { setUp } from './setup.mjs';

const args = process.argv.slice(2);

if (args.includes('--out') || !hasDisplay()) {
  if (!args.includes('--out')) {
    say('there is no display here: the same application performs the guided demo on a virtual one');
  }
  process.exit(await performDemo(args));
}

const { runtime, env, stop } = await setUp({ electron: true, purpose: 'window', display: 'any' });
if (!runtime) throw new Error('setUp was asked for Electron and gave none');
if (runtime.isFallback) {
  say(`Electron ${runtime.version} stands in: practice only, it refuses real offices`);
}
// The practice office is what a checkout opens; --no-practice opens what a package would.
const office = args.includes('--no-practice') ? [] : ['--practice'];
const passed = args.filter((arg) => arg !== '--no-practice');
const code = await run(runtime.binary, [...sandboxSwitches(runtime), at(), ...office, ...passed], {
  env,
});
stop();
process.exitCode = code;
