// npm run dist [-- options of electron-builder, such as --dir or --linux deb]
import { compile } from './compile/compile.mjs';
import { at } from './paths.mjs';
import { installDependencies } from './runtime/dependencies.mjs';
import { findElectron } from './runtime/electron.mjs';
import { fallbackFolder } from './runtime/fallback.mjs';
import { findNode } from './runtime/node24.mjs';
import { run } from './runtime/run.mjs';
import { say } from './runtime/say.mjs';

await installDependencies();
const node = findNode();
const runtime = await findElectron();
await compile({ isProduction: true });

const env = { ...process.env };
if (runtime.isFallback) {
  say(`packaging Electron ${runtime.version}, the stand-in: for tests only, named -citest`);
  env.FIELDCERT_RUNTIME = 'fallback';
  env.FIELDCERT_ELECTRON_VERSION = runtime.version;
  env.FIELDCERT_ELECTRON_DIST = await fallbackFolder('package');
}
process.exitCode = await run(
  node,
  [
    at('node_modules/electron-builder/cli.js'),
    '--config',
    at('build/electron-builder.config.cjs'),
    '--publish=never',
    ...process.argv.slice(2),
  ],
  { env },
);
