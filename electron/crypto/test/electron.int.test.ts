import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { knownAnswers } from './known-answers';

const root = join(__dirname, '../../..');
// Inside the project, so that packages are found from it.
const folder = await mkdtemp(join(root, 'node_modules', '.fieldcert-crypto-'));
afterAll(() => rm(folder, { recursive: true }));

describe('crypto in Electron', () => {
  // Would catch: an algorithm or call that Node's OpenSSL has and Electron's BoringSSL or older Node has not.
  it('answers as in Node', async () => {
    const electron = process.env.FIELDCERT_ELECTRON;
    if (electron === undefined)
      throw new Error('FIELDCERT_ELECTRON names no runtime: run by npm test');
    const outfile = join(folder, 'answers.cjs');
    await build({
      stdin: {
        contents: `import { knownAnswers } from './known-answers';
          knownAnswers().then((answers) => process.stdout.write(JSON.stringify(answers)));`,
        resolveDir: __dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      target: 'node18',
      format: 'cjs',
      packages: 'external',
      outfile,
    });
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
    const { stdout } = await promisify(execFile)(electron, [outfile], { env, timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(await knownAnswers())));
  });
});
