import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkProgramFiles } from './program-files';

const work = mkdtempSync(join(tmpdir(), 'fieldcert-program-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
let count = 0;

/** A program's folder, listed by sha256sum and signed by openssl: nothing of ours made it. */
function program(
  change: (list: { files: Record<string, unknown> }) => void = () => undefined,
): string {
  const folder = join(work, String(++count));
  mkdirSync(join(folder, 'resources', 'unpacked'), { recursive: true });
  writeFileSync(join(folder, 'fieldcert'), 'executable');
  writeFileSync(join(folder, 'resources', 'app.asar'), Buffer.alloc(3_000_000, 7));
  writeFileSync(join(folder, 'resources', 'unpacked', 'x.node'), 'native');
  const names = ['fieldcert', 'resources/app.asar', 'resources/unpacked/x.node'];
  const sums = execFileSync('sha256sum', names, { cwd: folder, encoding: 'utf8' });
  const files = Object.fromEntries(
    sums
      .trim()
      .split('\n')
      .map((line) => {
        const [sha256 = '', name = ''] = line.split(/\s+/);
        return [name, { size: readFileSync(join(folder, name)).length, sha256 }];
      }),
  );
  const list = { format: 'fieldcert-program', version: 1, program: '1.0.0', files };
  change(list);
  const path = join(folder, 'resources', 'program.json');
  writeFileSync(path, JSON.stringify(list));
  const key = join(work, 'key.pem');
  writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const signature = execFileSync('openssl', [
    'pkeyutl',
    '-sign',
    '-rawin',
    '-inkey',
    key,
    '-in',
    path,
  ]);
  writeFileSync(join(folder, 'resources', 'program.sig'), signature.toString('base64'));
  return folder;
}
const of = (folder: string) => checkProgramFiles(folder, raw);

describe('checkProgramFiles', () => {
  // Bug: a whole program refused, which locks an office out.
  it('finds nothing wrong with what was packaged, nor with files of an administrator beside it', async () => {
    const folder = program();
    mkdirSync(join(folder, 'resources', 'u-keys'));
    writeFileSync(join(folder, 'resources', 'u-keys', 'skf.json'), '{}');
    writeFileSync(join(folder, 'resources', 'package-type'), 'deb');
    expect(await of(folder)).toBeNull();
  });

  // Bug: a changed, cut, lost or added file of the program that goes unseen.
  it('names the file that is not as it was', async () => {
    const grown = program();
    appendFileSync(join(grown, 'fieldcert'), 'x');
    expect(await of(grown)).toEqual({ kind: 'altered', file: 'fieldcert' });
    const flipped = program();
    const bytes = readFileSync(join(flipped, 'resources', 'app.asar'));
    bytes[2_999_999] = 8;
    writeFileSync(join(flipped, 'resources', 'app.asar'), bytes);
    expect(await of(flipped)).toEqual({ kind: 'altered', file: 'resources/app.asar' });
    const lost = program();
    rmSync(join(lost, 'resources', 'unpacked'), { recursive: true });
    expect(await of(lost)).toEqual({ kind: 'missing', file: 'resources/unpacked/x.node' });
    const added = program();
    writeFileSync(join(added, 'resources', 'unpacked', 'y.node'), 'native');
    expect(await of(added)).toEqual({ kind: 'foreign', file: 'resources/unpacked/y.node' });
    const folderNow = program();
    rmSync(join(folderNow, 'fieldcert'));
    mkdirSync(join(folderNow, 'fieldcert'));
    expect(await of(folderNow)).toEqual({ kind: 'altered', file: 'fieldcert' });
  });

  // Bug: a folder that cannot be read rejects the whole look, so that every route fails and no page says why.
  it('names a folder that cannot be read', async () => {
    const folder = program();
    const name = 'n'.repeat(200);
    // Deeper than a path may be long: not readable by root either.
    const dig = 'for i in $(seq 25); do mkdir "$1" && cd "$1" || exit 1; done';
    execFileSync('bash', ['-c', dig, 'dig', name], { cwd: join(folder, 'resources') });
    try {
      const fault = await of(folder);
      expect(fault?.kind).toBe('unreadable');
      expect(fault?.file).toMatch(/^resources\/n{200}\/n/);
    } finally {
      execFileSync('rm', ['-rf', join(folder, 'resources', name)]);
    }
  });

  // Bug: a list that was changed along with the files, or somebody else's, taken for ours.
  it('takes no list but the one that was signed', async () => {
    const unsigned = { kind: 'unsigned', file: 'resources/program.json' };
    const absent = program();
    rmSync(join(absent, 'resources', 'program.json'));
    expect(await of(absent)).toEqual(unsigned);
    const edited = program();
    const path = join(edited, 'resources', 'program.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":1 '));
    expect(await of(edited)).toEqual(unsigned);
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
    expect(await checkProgramFiles(program(), Buffer.from(other, 'base64url'))).toEqual(unsigned);
    const mixed = program();
    cpSync(
      join(
        program(() => undefined),
        'resources',
        'program.sig',
      ),
      join(mixed, 'resources', 'program.sig'),
    );
    expect(await of(mixed)).toBeNull();
    const empty = program();
    writeFileSync(join(empty, 'resources', 'program.sig'), '');
    expect(await of(empty)).toEqual(unsigned);
  });

  // Bug: names of a list that lead out of the program's folder.
  it('takes no list that names files elsewhere', async () => {
    for (const name of ['../x', '/etc/passwd', 'a/../../x', 'a\\b']) {
      const folder = program((list) => {
        list.files[name] = { size: 1, sha256: '0'.repeat(64) };
      });
      expect(await of(folder)).toEqual({ kind: 'unsigned', file: 'resources/program.json' });
    }
  });
});
