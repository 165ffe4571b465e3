import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EnrolKeysFile } from '../../electron/main/services/unlock/enrol-keys-file';
import { dataPaths } from '../../electron/platform/paths';
import type { Central } from '../../server/central';
import { parseEnrolCode } from '../../shared/protocol/enrol-code';
import { startTestCentral } from '../rigs/central';
import { codeOf } from './cross-region-rig';
import { type DeskRig, startDeskRig } from './desk-rig';

let central: Central;
let folder: string;
let rig: DeskRig | undefined;
const USERS = [{ badge: 'I1', name: '王伟', role: 'inspector' as const }];
const weak = () => new TextEncoder().encode('abc');
const good = () => new TextEncoder().encode('enrol again 2026');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-enrol-'));
  central = await startTestCentral();
  await central.seed({ region: '3301', certificates: 20 });
}, 120_000);
afterAll(async () => {
  await rig?.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

const slip = async () =>
  (
    await central.createEnrolment({
      name: '局',
      code: '330100',
      region: '3301',
      isPractice: true,
      users: USERS,
    })
  ).code;
/** Ends the program and starts it on the same disk. */
async function restarted(): Promise<DeskRig> {
  await rig?.close();
  rig = await startDeskRig(join(folder, 'desk'));
  return rig;
}

// Bugs: a program that ends between the centre's answer and the last step of its enrolment costs the code, and with it a walk to the
// authority; keys of a device that lie on the disk after it, or open to another machine; a code that enrols a second device.
it('enrols by its code after the program ended in the middle', { timeout: 120_000 }, async () => {
  const { enrolling } = dataPaths(join(folder, 'desk'));
  const code = await slip();
  const first = await restarted();
  // The centre has used the code up by then, and its answer is lost with the program.
  const tried = first.office.enrol({ address: central.url, code, password: weak() });
  expect(await codeOf(tried)).toBe('PASSWORD_WEAK');
  const kept = await readFile(enrolling, 'utf8');
  const parsed = parseEnrolCode(code);
  expect(kept).not.toContain(parsed.ok ? parsed.value.secret : code);
  const file = (nowMs: number) => new EnrolKeysFile(enrolling, first.machine, () => nowMs);
  const secret = parsed.ok ? parsed.value.secret : '';
  const device = await file(Date.now()).read(secret);
  const keyOnDisk = device?.tls?.privateDer.toString('base64') ?? '';
  expect(keyOnDisk.length).toBeGreaterThan(100);
  expect(kept).not.toContain(keyOnDisk);
  expect(await file(Date.now() + 3_600_000).read(secret)).toBeNull();
  expect(await file(Date.now()).read('0'.repeat(12))).toBeNull();

  const elsewhere = await startDeskRig();
  const other = elsewhere.office.enrol({ address: central.url, code, password: good() });
  expect(await codeOf(other)).not.toMatch(/^no error/u);
  await elsewhere.close();

  // Killed in the middle of writing, or edited: then it costs the code as before, and nothing else.
  const second = await restarted();
  await writeFile(enrolling, kept.slice(0, kept.length / 2));
  const torn = second.office.enrol({ address: central.url, code, password: good() });
  expect(await codeOf(torn)).not.toMatch(/^no error/u);
  await writeFile(enrolling, kept);

  const third = await restarted();
  const session = await third.office.enrol({ address: central.url, code, password: good() });
  expect(session).toMatchObject({ badge: 'I1' });
  expect(existsSync(enrolling)).toBe(false);
  // One that was cut behind its last step leaves none either.
  await writeFile(enrolling, kept);
  const fourth = await restarted();
  expect(existsSync(enrolling)).toBe(false);
  expect((await fourth.office.open({ badge: 'I1', password: good() })).outcome).toBe('opened');
  expect(await central.devicesOf('330100')).toHaveLength(1);
});

// Bug: the private keys of an enrolment that was given up stay on the disk of a desk without an office for ever.
it('leaves no keys of an enrolment that was given up', { timeout: 60_000 }, async () => {
  const place = join(folder, 'given-up');
  const { enrolling } = dataPaths(place);
  const desk = await startDeskRig(place);
  const code = await slip();
  const tried = desk.office.enrol({ address: central.url, code, password: weak() });
  expect(await codeOf(tried)).toBe('PASSWORD_WEAK');
  await desk.close();
  const before = new EnrolKeysFile(enrolling, desk.machine, () => Date.now() - 3_600_000);
  await before.keep('0'.repeat(12), {});
  const next = await startDeskRig(place);
  expect(existsSync(enrolling)).toBe(false);
  await next.close();
});
