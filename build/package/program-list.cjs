// The list of a package's files, signed: what the program compares itself with at each start
// (electron/platform/program-files.ts). Runs on the finished folder.
const { createHash, createPrivateKey, sign } = require('node:crypto');
const { lstatSync, readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join, relative, sep } = require('node:path');

/** @param {string} folder @returns {string[]} */
const filesBelow = (folder) =>
  readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return lstatSync(path).isDirectory() ? filesBelow(path) : [path];
    });

/**
 * @param {string} folder where the executable lies
 * @param {{ key: string, program: string, leaveOut: (file: string) => boolean }} options `key`: Ed25519 private key,
 *   PKCS#8 DER in base64; `leaveOut`: what is changed after this
 */
exports.writeProgramList = (folder, { key, program, leaveOut }) => {
  /** @type {Record<string, { size: number, sha256: string }>} */
  const files = {};
  for (const path of filesBelow(folder)) {
    const name = relative(folder, path).split(sep).join('/');
    if (leaveOut(name)) continue;
    const bytes = readFileSync(path);
    files[name] = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  const text = JSON.stringify({ format: 'fieldcert-program', version: 1, program, files });
  const signer = createPrivateKey({
    key: Buffer.from(key, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  const signature = sign(null, Buffer.from(text), signer).toString('base64');
  writeFileSync(join(folder, 'resources', 'program.json'), text);
  writeFileSync(join(folder, 'resources', 'program.sig'), `${signature}\n`);
};
