import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Edit, Mutation } from './mutations';

const root = join(import.meta.dirname, '../..');
const standIn = (name: string): string => join(import.meta.dirname, 'stand-ins', name);

/** Node's modules that touch the world; ours stand in for them in everything but the stand-ins themselves. */
const STAND_INS: ReadonlyMap<string, string> = new Map([
  ['node:fs', standIn('fs.ts')],
  ['node:fs/promises', standIn('fs-promises.ts')],
  ['node:crypto', standIn('crypto.ts')],
  ['node:zlib', standIn('zlib.ts')],
  ['node:os', standIn('os.ts')],
]);

const standsIn: Plugin = {
  name: 'stand-ins',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^node:/ }, ({ path, importer }) => {
      const instead = importer.includes(`${sep}stand-ins${sep}`) ? undefined : STAND_INS.get(path);
      return instead === undefined ? { path, external: true } : { path: instead };
    });
  },
};

const mutated = (edits: readonly Edit[], applied: Set<Edit>): Plugin => ({
  name: 'mutation',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const own = edits.filter(({ file }) => relative(root, path).split(sep).join('/') === file);
      if (own.length === 0) return undefined;
      let contents = await readFile(path, 'utf8');
      for (const edit of own) {
        if (contents.split(edit.find).length !== 2)
          throw new Error(`"${edit.find}" is not once in ${edit.file}`);
        contents = contents.replace(edit.find, () => edit.replace);
        applied.add(edit);
      }
      return { contents, loader: 'ts', resolveDir: dirname(path) };
    });
  },
});

/** The simulator as one program, with a defect where one is given. Throws when the defect has no place any more. */
export async function bundleSimulator(name: string, mutation?: Mutation): Promise<string> {
  const folder = join(root, 'node_modules/.cache/simulator');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}.mjs`);
  const edits = mutation?.edits ?? [];
  const applied = new Set<Edit>();
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    packages: 'external',
    inject: [standIn('globals.ts')],
    logLevel: 'silent',
    plugins: [mutated(edits, applied), standsIn],
  });
  const missing = edits.find((edit) => !applied.has(edit));
  if (missing !== undefined) throw new Error(`${missing.file} is not part of the simulator`);
  return outfile;
}
