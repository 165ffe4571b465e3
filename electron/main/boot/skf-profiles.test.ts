import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { skfProfiles } from './skf-profiles';

const folder = mkdtempSync(join(tmpdir(), 'fieldcert-skf-profiles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machine = `${process.platform}-${process.arch}`;
const pinLength = { min: 6, max: 16 };

function place(name: string, content: unknown): string {
  const at = join(folder, name);
  mkdirSync(join(at, 'u-keys'), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(at, 'u-keys', 'skf.json'), text);
  return at;
}

const library = join(folder, 'vendor.so');
const newer = join(folder, 'newer.so');
writeFileSync(library, '');
writeFileSync(newer, '');
const vendor = (name: string, ...paths: string[]) => ({
  name,
  libraries: { [machine]: paths },
  pinLength,
});

describe('skfProfiles', () => {
  // Bug: the file that is shipped does not parse, and no desk starts.
  it('reads the shipped file', () => {
    const resources = join(process.cwd(), 'resources');
    const libraryPath = '/opt/x.so';
    expect(skfProfiles({ resources, installed: null, named: [libraryPath] })[0]).toEqual({
      name: 'SKF',
      libraryPath,
      pinLength,
    });
  });

  // Bug: a vendor that is not installed is loaded at every poll; the second place of a library is never looked at.
  it('takes the first library that is there, of vendors that are there', () => {
    const resources = place('shipped', {
      profiles: [vendor('A', '/absent.so', library), vendor('B', '/absent.so')],
    });
    expect(skfProfiles({ resources, installed: null, named: [] })).toEqual([
      { name: 'A', libraryPath: library, pinLength },
    ]);
  });

  // Bug: an office whose vendor changed his library's place waits for a new release of ours.
  it('lets the administrator replace a vendor', () => {
    const resources = place('shipped2', { profiles: [vendor('A', library), vendor('B', library)] });
    const installed = place('installed', { profiles: [vendor('A', newer)] });
    expect(skfProfiles({ resources, installed, named: [] }).map((one) => one.libraryPath)).toEqual([
      newer,
      library,
    ]);
  });

  // Bug: a typing error in the administrator's file silently leaves the office without its keys.
  it('names a file that is not of its form', () => {
    const installed = place('broken', '{"profiles": [{"name": "A"}]}');
    expect(() => skfProfiles({ resources: folder, installed, named: [] })).toThrow(
      /broken.*skf.json/,
    );
  });
});
