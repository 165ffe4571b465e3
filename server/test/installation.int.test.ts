import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATHS } from '../../shared/protocol/endpoints';
import { ManifestSchema } from '../../shared/protocol/manifest';
import { startCentral } from '../embedded';
import { ask, enrolTestDevice } from './device';
import { signingAuthority } from './intent-signer';
import { TODAY } from './place';

const OFFICE = {
  name: '局',
  region: '3306',
  users: [{ badge: '1', name: '甲', role: 'inspector' as const }],
};
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fc-central-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );

describe('an installation in a folder', () => {
  // Would catch: keys or data that a restart loses, so that every device would have to enrol again.
  it('goes on after a restart with the same authority, data and codes', async () => {
    const { root } = signingAuthority('Office CA');
    const first = await startCentral({ dir, signerRoots: [root] });
    await first.seed({ region: '3306', certificates: 300, seed: 'x', today: TODAY });
    const device = await enrolTestDevice(first.url, (await first.createEnrolment(OFFICE)).code);
    const unused = await first.createEnrolment(OFFICE);
    const { caFingerprint } = first;
    const before = (await device.get(PATHS.manifest)).body.toString('utf8');
    await first.close();

    const second = await startCentral({ dir });
    try {
      // Would catch: two engines on one folder, which destroys it.
      await expect(startCentral({ dir })).rejects.toThrow('another central server');
      expect(second.caFingerprint).toBe(caFingerprint);
      // Would catch: a start that names no root and then takes signing certificates of anybody.
      const sha256 = createHash('sha256').update(root).digest('hex');
      const kept = await second.trust.list();
      expect(kept).toMatchObject([{ sha256, subject: 'CN=Office CA' }]);
      await second.trust.remove(sha256);
      await expect(second.trust.remove(sha256)).rejects.toThrow(RangeError);
      expect(await second.trust.list()).toEqual([]);
      const again = await enrolTestDevice(second.url, unused.code);
      const after = (await again.get(PATHS.manifest)).body.toString('utf8');
      expect(JSON.parse(after)).toEqual(JSON.parse(before));
      expect((await again.open(JSON.parse(after), ManifestSchema)).base.counts.certificate).toBe(
        300,
      );
      // More data beside what is there: the indexes stay, ids go on.
      await second.seed({ region: '3307', certificates: 50, seed: 'y', today: TODAY });
      expect(
        (await second.status()).regions.map(({ region, rows }) => [region, rows.certificate]),
      ).toEqual([
        ['3306', 300],
        ['3307', 50],
      ]);
    } finally {
      await second.close();
    }
  });

  // Would catch: private keys that others on the machine may read, or segments with names or ID numbers in plain.
  it('keeps its keys to itself and its segments sealed', () => {
    for (const path of files(join(dir, 'keys'))) expect(statSync(path).mode & 0o077).toBe(0);
    const objects = files(join(dir, 'objects'))
      .map((path) => readFileSync(path))
      .filter((bytes) => bytes.toString('latin1', 0, 4) === 'FCO1');
    expect(objects.length).toBeGreaterThan(6);
    for (const bytes of objects)
      expect(
        bytes.includes('有限公司') || /"idNumber"|\d{17}[\dX]/.test(bytes.toString('latin1')),
      ).toBe(false);
  });
});

describe('the enrolment door', () => {
  // Would catch: a code that can be guessed at full speed.
  it('slows an address down that keeps trying', async () => {
    const central = await startCentral();
    try {
      const answers: number[] = [];
      for (let i = 0; i < 22; i++)
        answers.push((await ask({ url: central.url }, PATHS.enrol, {})).status);
      expect(answers.filter((status) => status === 400)).toHaveLength(20);
      expect(answers.slice(-2)).toEqual([429, 429]);
    } finally {
      await central.close();
    }
  });
});
