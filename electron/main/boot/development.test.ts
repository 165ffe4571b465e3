import { afterEach, describe, expect, it, vi } from 'vitest';
import { development, outsideArchive } from './development';

afterEach(() => vi.unstubAllEnvs());

describe('development', () => {
  // Bug: a variable of somebody's shell weakens an installed program: his library sees PINs, a test's exemption opens offices.
  it('reads nothing in a package, nor in a production build', () => {
    const nothing = development(true);
    for (const name of ['TESTING', 'EMERGENCY', 'RUNTIME', 'NODE', 'BINDING', 'PKCS11', 'SKF'])
      vi.stubEnv(`FIELDCERT_${name}`, name === 'RUNTIME' ? 'fallback' : '1');
    vi.stubEnv('FIELDCERT_USER_DATA', '/tmp');
    vi.stubEnv('FIELDCERT_PRACTICE_CERTIFICATES', '5');
    expect(development(false)).not.toEqual(nothing);
    expect(development(true)).toEqual(nothing);
    vi.stubEnv('FIELDCERT_BUILD', 'production');
    expect(development(false)).toEqual(nothing);
  });

  // Bug: data lands in whatever folder the program was started from.
  it('refuses a folder that is not absolute', () => {
    vi.stubEnv('FIELDCERT_USER_DATA', 'somewhere');
    expect(() => development(false)).toThrow(/absolute/);
  });
});

describe('outsideArchive', () => {
  // Bug: a Node that is not Electron is handed a path inside the archive; a folder named alike is changed.
  it('names the unpacked copy of a file', () => {
    expect(outsideArchive('/opt/F/resources/app.asar/dist/store/store.cjs')).toBe(
      '/opt/F/resources/app.asar.unpacked/dist/store/store.cjs',
    );
    expect(outsideArchive('/srv/app.asarx/store.cjs')).toBe('/srv/app.asarx/store.cjs');
  });
});
