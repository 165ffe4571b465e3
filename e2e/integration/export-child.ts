import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { prepareExport } from '../../electron/jobs/package/builder';
import { makeBatches, makeMeta } from '../../electron/jobs/test/package-rig';

/*
 * Builds, signs and publishes a package with the key in the given folder, and says that it is there; to be killed.
 */
const [, , folder = '', target = ''] = process.argv;

const read = (name: string) => readFileSync(join(folder, name));
const key = createPrivateKey(read('ec.key')).export({ format: 'jwk' });
const scalar = Buffer.from(key.d ?? '', 'base64url');
const sign = (digest: Uint8Array) => p256.sign(digest, scalar, { prehash: false, format: 'der' });
async function run(): Promise<void> {
  const prepared = await prepareExport({
    rows: makeBatches(60),
    meta: makeMeta(),
    stagingDir: join(folder, 'staging'),
    certificates: [read('ec.der'), read('root.der')],
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const second = await prepared.embedPdfSignature(
    prepared.pdfDigest === null ? null : sign(prepared.pdfDigest),
  );
  await prepared.finish(sign(second), target);
  process.stdout.write('done 1\n');
}

void run();
