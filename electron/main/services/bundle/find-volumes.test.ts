import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StatementChecks } from '../unlock/statement-checks';
import { findBundle } from './find-volumes';

/** A file of this name refuses to be opened, as one of a torn file system does; the tests may run as root. */
const TORN = 'torn.fcb';
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, ...how) => {
    if (String(path).endsWith(TORN)) throw Object.assign(new Error('i/o'), { code: 'EIO' });
    return real.open(path, ...how);
  };
  return { ...real, open };
});

const former = join(import.meta.dirname, 'former');
const isPosix = process.platform !== 'win32';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-find-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A sound bundle of one file, chosen in the folder. */
async function found(name = 'bundle.fcb') {
  const held = JSON.parse(readFileSync(join(former, 'stick-2.json'), 'utf8'));
  const office = { deviceId: held.device, office: { code: held.office, name: '', region: '3306' } };
  const checks = new StatementChecks(held.ca, held.statementCertificate);
  await copyFile(join(former, 'stick-2.fcb'), join(folder, 'bundle.fcb'));
  const chosen = findBundle(join(folder, name), office as Parameters<typeof findBundle>[1], checks);
  return chosen.then(
    ({ volumes }) => volumes.length,
    (error: { code?: string }) => error.code,
  );
}

/** Lets go who waits for the pipe's other end: without it a failed test would never end. */
function release(pipe: string): void {
  closeSync(openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK));
}

describe('a bundle beside what is none', () => {
  // Would catch: every file of the folder opened whatever it is, so that a pipe takes a thread for good.
  it.runIf(isPosix)('is found beside a pipe, and a pipe is no bundle', async () => {
    const pipe = join(folder, 'pipe.fcb');
    execFileSync('mkfifo', [pipe]);
    const late = setInterval(() => release(pipe), 2_000);
    const begun = performance.now();
    expect(await found()).toBe(1);
    expect(await found('pipe.fcb')).toBe('BUNDLE_NOT_ONE');
    clearInterval(late);
    expect(performance.now() - begun).toBeLessThan(1_900);
  });

  // Would catch: a sound bundle that is "gone" for a folder or a torn file beside it.
  it('is found beside a folder and a file that cannot be read', async () => {
    await mkdir(join(folder, 'folder.fcb'));
    await writeFile(join(folder, TORN), 'whatever it was');
    expect(await found()).toBe(1);
    expect(await found('folder.fcb')).toBe('BUNDLE_NOT_ONE');
    expect(await found(TORN)).toBe('BUNDLE_GONE');
  });
});
