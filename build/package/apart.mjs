import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a program whose dynamic imports are files of their own, so that what is not needed yet is not even parsed.
 * esbuild cuts ES modules only; each part is then turned into CommonJS, and the parts find each other by name.
 * @param {import('esbuild').BuildOptions} options of the program as one file
 * @param {string} outfile absolute; the parts lie beside it
 * @returns {Promise<import('esbuild').Metafile>}
 */
export async function buildApart(options, outfile) {
  const { build, transform } = await import('esbuild');
  const folder = dirname(outfile);
  const { outfile: _whole, ...others } = options;
  const { outputFiles, metafile } = await build({
    ...others,
    format: 'esm',
    splitting: true,
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    write: false,
    metafile: true,
  });
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node18',
      minifyWhitespace: true,
      // A part is loaded by `require`, from inside the archive and without the loader of ES modules.
      supported: { 'dynamic-import': false },
    });
    writeFileSync(join(folder, basename(path)), code);
  }
  return metafile;
}
