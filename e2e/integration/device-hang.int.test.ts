import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeSkfToken } from '../../electron/device/test/skf/rig';
import { makeBatches, makeMeta } from '../../electron/jobs/test/package-rig';
import { DeviceClient } from '../../electron/main/clients/device-client';
import { JobsClient } from '../../electron/main/clients/jobs-client';
import type { ProcessLink } from '../../electron/main/clients/process-link';
import { ExportRun } from '../../electron/main/services/exports/export-run';
import { signingChoices } from '../../electron/main/services/tokens/tokens';
import { childLink } from './child-link';
import { appPath } from './desk-rig';

const rig = makeSkfToken(8, 'HANGS001');
const folder = mkdtempSync(join(tmpdir(), 'fieldcert-hang-'));
afterEach(() => rig.misbehave());
afterAll(() => {
  rig.remove();
  rmSync(folder, { recursive: true, force: true });
});
const pin = () => new TextEncoder().encode(rig.pin);
const FOR_EVER = 3_600_000;
const WAIT = { timeout: 60_000 };

/** A device client with short limits, and the processes that it started and ended. */
function impatient(
  pkcs11Libraries: readonly string[] = [],
  useMs = 8_000,
  skfLibraries: readonly string[] = [],
) {
  const life = { started: 0, ended: 0 };
  const start = (): ProcessLink => {
    const link = childLink(appPath('dist/device/device.cjs'));
    life.started += 1;
    link.onExit(() => {
      life.ended += 1;
    });
    return link;
  };
  const configuration = () => ({
    pkcs11Libraries: [...pkcs11Libraries],
    skfProfiles: [
      ...skfLibraries.map((libraryPath) => ({ ...rig.profile, libraryPath })),
      rig.profile,
    ],
    isPracticeOffice: false,
  });
  const limits = { readMs: 90_000, useMs, loadMs: 8_000 };
  return { device: new DeviceClient(start, configuration, () => undefined, limits), life };
}

describe('a library that hangs for ever', () => {
  // Bug: a token's call that never returns takes the signing window, the export and every later call along; or the
  // export passes for signed; or its files stay behind.
  it('ends with its process; the export says so, leaves nothing half, and can be signed after all', async () => {
    const { device, life } = impatient();
    const jobs = new JobsClient(() => childLink(appPath('dist/jobs/jobs.cjs')));
    const { items } = await signingChoices(device);
    const choice = items.find(({ shown }) => shown.keyRef === rig.keys.sm2);
    if (choice === undefined) throw new Error('no key');
    const stagingDir = join(folder, 'staging');
    const newRun = (name: string) =>
      new ExportRun({
        jobId: name,
        meta: makeMeta(),
        stagingDir,
        targetPath: join(folder, `${name}.zip`),
        recipient: null,
        board: null,
        needsReview: false,
        total: 20,
        jobs,
        device,
        rows: () => makeBatches(20)[Symbol.asyncIterator](),
        demandFactor: async () => undefined,
        signLog: async () => undefined,
        useFactor: async () => undefined,
        demandPublish: () => undefined,
        onProgress: () => undefined,
        onCrashed: () => undefined,
      });
    const given = newRun('given-up');
    await given.prepare(choice);
    rig.misbehave('slow', FOR_EVER);
    await expect(given.confirm(choice, pin())).rejects.toMatchObject({ code: 'DEVICE_CRASHED' });
    await expect.poll(() => life.ended, WAIT).toBeGreaterThanOrEqual(1);
    expect(existsSync(join(folder, 'given-up.zip'))).toBe(false);
    given.cancel();
    await expect.poll(() => readdirSync(stagingDir), WAIT).toEqual([]);
    rig.misbehave();
    const again = newRun('signed');
    await again.prepare(choice);
    const { answer } = await again.confirm(choice, pin());
    expect(answer).toEqual({ outcome: 'signed' });
    expect(existsSync(join(folder, 'signed.zip'))).toBe(true);
    device.stop();
    jobs.stop();
  });

  // Bug: a library that hangs while it is loaded holds its process, and with it every other token, for ever or until it
  // is removed; one that crashes as it is loaded takes them along each time.
  it('while it is loaded is left out by the next process, as is one that crashes', async () => {
    const made = (name: string, body: string) => {
      const library = join(folder, `lib${name}.so`);
      writeFileSync(
        join(folder, `${name}.c`),
        `#include <unistd.h>\n#include <stdlib.h>\n__attribute__((constructor)) static void at_load(void) { ${body} }\n`,
      );
      execFileSync('gcc', ['-shared', '-fPIC', '-o', library, join(folder, `${name}.c`)]);
      return library;
    };
    const hangs = made('hangs', 'for (;;) pause();');
    const crashes = made('crashes', 'abort();');
    const { device, life } = impatient([crashes], 8_000, [hangs]);
    const listed = await device.call('list', {});
    if (!listed.ok) throw new Error(listed.failure.kind);
    const { tokens, problems } = listed.value;
    expect(tokens.map(({ serial }) => serial)).toEqual(['HANGS001']);
    const told = new Map(problems.map(({ library, failure }) => [library, failure.kind]));
    expect(told.get(hangs)).toBe('timeout');
    expect(told.get(crashes)).toBe('library-unusable');
    // Whoever asks next waits for nothing: the process that has neither goes on.
    const { started } = life;
    const tokenId = tokens[0]?.tokenId ?? '';
    expect(await device.call('certs', { tokenId })).toMatchObject({ ok: true });
    expect(life.started).toBe(started);
    device.stop();
  });

  // Bug: hung looks of a few libraries take every thread of the process, and keys that work are found no more.
  it('while it looks for keys hides no other key', async () => {
    const source = join(folder, 'silent.c');
    writeFileSync(
      source,
      [
        '#include <unistd.h>',
        'static unsigned long hang(void) { for (;;) pause(); return 0; }',
        'static struct { unsigned char v[8]; void *f[68]; } list = { {2, 40}, {0} };',
        'unsigned long C_GetFunctionList(void **out) {',
        '  for (int i = 0; i < 68; i += 1) list.f[i] = hang;',
        '  *out = &list; return 0; }',
      ].join('\n'),
    );
    const libraries = Array.from({ length: 6 }, (_, index) => {
      const library = join(folder, `silent${index}.so`);
      execFileSync('gcc', ['-shared', '-fPIC', '-o', library, source]);
      return library;
    });
    const { device } = impatient(libraries, 60_000);
    const listed = await device.call('list', {});
    if (!listed.ok) throw new Error(listed.failure.kind);
    expect(listed.value.tokens.map(({ serial }) => serial)).toEqual(['HANGS001']);
    expect(listed.value.problems.map(({ failure }) => failure.kind)).toEqual(
      libraries.map(() => 'timeout'),
    );
    device.stop();
  });
});
