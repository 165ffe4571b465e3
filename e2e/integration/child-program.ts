import { build } from 'esbuild';
import { appPath } from './desk-rig';

/** Builds `<name>.ts` of this folder as a program of its own, that a test starts and kills or starves. Returns its path. */
export async function childProgram(name: string): Promise<string> {
  const outfile = appPath(`node_modules/.cache/${name}.mjs`);
  await build({
    entryPoints: [appPath(`e2e/integration/${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}
