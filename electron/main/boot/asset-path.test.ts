import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetOf } from './asset-path';

const root = resolve('/srv/app/renderer');

describe('assetOf', () => {
  // Would catch: the pages' own files not being found.
  it('serves files of the pages', () => {
    expect(assetOf(root, 'app://fieldcert/')?.file).toBe(`${root}${sep}index.html`);
    expect(assetOf(root, 'app://fieldcert/assets/index-Bx_1.js')?.contentType).toContain(
      'javascript',
    );
  });

  // Would catch: a page reading main's bundle, keys or the system through the protocol.
  it.each([
    'app://fieldcert/../main/main.js',
    'app://fieldcert/%2e%2e/main/main.js',
    'app://fieldcert/..%2fmain/main.js',
    'app://fieldcert/assets/..%5c..%5cmain.js',
    'app://fieldcert/assets\\..\\main.js',
    'app://fieldcert//etc/hosts.json',
    'app://fieldcert/.hidden.js',
    'app://fieldcert/C:/x.js',
    'app://fieldcert/x.js%00.html',
    'app://other/index.html',
    'app://user@fieldcert/index.html',
    'app://fieldcert.evil/index.html',
    'file:///etc/hosts.html',
    'https://fieldcert/index.html',
    'app://fieldcert/keyslots.db',
    'app://fieldcert/constructor',
    'not an address',
  ])('refuses %s', (address) => {
    expect(assetOf(root, address)).toBeNull();
  });

  // Would catch: any other spelling that leaves the folder.
  it('never leaves the folder', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '%2e', '%2f', '\\', '/', '//', 'a', 'b.js', '.html', '~', ':'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const asset = assetOf(root, `app://fieldcert/${parts.join('')}.js`);
        if (asset !== null) expect(resolve(asset.file).startsWith(root + sep)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
