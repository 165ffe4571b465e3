import { compile } from './compile/compile.mjs';
import { installDependencies } from './runtime/dependencies.mjs';

await installDependencies();
const started = performance.now();
const isMade = await compile({ isForced: process.argv.includes('--force') }).catch((error) => {
  // esbuild and Vite have printed what is wrong and where.
  console.error(`The build failed: ${String(error.message ?? error).split('\n')[0]}`);
  process.exit(1);
});
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(isMade ? `Built dist/ in ${seconds} s.` : `dist/ is up to date (${seconds} s).`);
