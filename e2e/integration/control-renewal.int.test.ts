import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fileMachineSecret } from '../../electron/crypto/machine-secret';
import { ControlKey } from '../../electron/main/services/control/control-key';
import { MachineSeal } from '../../electron/main/services/control/machine-seal';
import { renewControl } from '../../electron/main/services/control/renew-control';
import {
  type OfficeFile,
  readOffice,
  writeOffice,
} from '../../electron/main/services/unlock/office-file';
import { dataPaths } from '../../electron/platform/paths';
import { AppError } from '../../shared/errors/app-error';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3302';
const password = () => new TextEncoder().encode('control-2026');
const SOON_MS = 350 * 86_400_000;

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
const rigs: DeskRig[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-renewal-'));
  central = await startCentral({});
  await central.seed({ region: REGION, certificates: 20 });
});
afterAll(async () => {
  await central.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function enrolled(name: string): Promise<string> {
  const userData = join(folder, name);
  const rig = await startDeskRig(userData);
  const { code } = await central.createEnrolment({
    name: '宁波市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: 'A1', name: '王伟', role: 'inspector' }],
  });
  await rig.office.enrol({ address: central.url, code, password: password() });
  await rig.close();
  return userData;
}

const fileOf = (userData: string) => join(userData, 'office', 'office.json');

async function officeOf(userData: string): Promise<OfficeFile> {
  const office = await readOffice(fileOf(userData));
  if (office === null) throw new Error('no office');
  return office;
}

/** Renews the channel of a desk that does not run, as the locked desk does it with its contact. */
async function renewed(
  userData: string,
  nowMs: number,
  save: (office: OfficeFile) => Promise<void>,
): Promise<boolean> {
  const office = await officeOf(userData);
  const seal = await MachineSeal.find(
    fileMachineSecret(dataPaths(userData).machineSecret),
    office.deviceId,
  );
  const path = join(userData, 'office', 'control-key.sealed');
  const key = seal === null ? null : await ControlKey.open(seal, path);
  const line = key?.line(office) ?? null;
  if (seal === null || key === null || line === null) throw new Error('no control channel');
  try {
    const made = await renewControl({
      key,
      office,
      line,
      seal,
      path,
      nowMs,
      signal: new AbortController().signal,
      saveCertificates: (controlCertificate, nextControlCertificate) =>
        save({ ...office, controlCertificate, nextControlCertificate }),
    });
    return made !== null;
  } finally {
    line.close();
  }
}

/** What the desk's own contact says while it is locked. */
async function contact(userData: string): Promise<string> {
  const rig = await startDeskRig(userData);
  rigs.push(rig);
  try {
    await rig.office.demandServices().control.contact();
    return 'ok';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  } finally {
    rigs.splice(rigs.indexOf(rig), 1);
    await rig.close();
  }
}

describe('the certificate of the control channel', () => {
  // Would catch: a locked desk whose channel ends for good after a year, or an old key that opens it for ever.
  it('is renewed without anybody, and the old one ends with the first use of the new', async () => {
    const userData = await enrolled('renewed');
    const save = (office: OfficeFile) => writeOffice(fileOf(userData), office);
    expect(await renewed(userData, Date.now(), save)).toBe(false);
    const before = join(folder, 'before');
    await cp(userData, before, { recursive: true });
    expect(await renewed(userData, Date.now() + SOON_MS, save)).toBe(true);
    // Nobody used the new one yet: a desk put back to before still gets its orders.
    expect(await contact(before)).toBe('ok');
    expect(await contact(userData)).toBe('ok');
    expect(await contact(before)).toBe('SYNC_DEVICE_REFUSED');
    // The present certificate is the new one, and lasts.
    expect(await renewed(userData, Date.now(), save)).toBe(false);
  });

  // Would catch: key and certificate that no longer fit when the program is killed between the two files.
  it('goes on with the old one when it was cut off before the key was changed', async () => {
    const userData = await enrolled('cut');
    const save = (office: OfficeFile) => writeOffice(fileOf(userData), office);
    const cut = renewed(userData, Date.now() + SOON_MS, async (office) => {
      await save(office);
      throw new Error('killed');
    });
    await expect(cut).rejects.toThrow('killed');
    expect(await contact(userData)).toBe('ok');
    expect(await renewed(userData, Date.now() + SOON_MS, save)).toBe(true);
    expect(await contact(userData)).toBe('ok');
  });

  // Would catch: a device that was revoked and gives itself another year.
  it('is not renewed for a device that may not work any more', async () => {
    const userData = await enrolled('revoked');
    const { deviceId } = await officeOf(userData);
    await central.revokeDevice(deviceId);
    const save = (office: OfficeFile) => writeOffice(fileOf(userData), office);
    await expect(renewed(userData, Date.now() + SOON_MS, save)).rejects.toMatchObject({
      code: 'SYNC_DEVICE_REFUSED',
    });
    // Its orders still reach it.
    expect(await contact(userData)).toBe('ok');
  });
});
