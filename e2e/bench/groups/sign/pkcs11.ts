import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  loadPkcs11,
  readUlong,
  ulongCell,
} from '../../../../electron/device/drivers/pkcs11/binding';
import { CKF, CKM, CKU } from '../../../../electron/device/drivers/pkcs11/constants';
import { findPrivateKey, mechanism } from '../../../../electron/device/drivers/pkcs11/objects';
import { readSlots } from '../../../../electron/device/drivers/pkcs11/slots';
import { makeSoftHsm } from '../../../../electron/device/test/softhsm-rig';
import { freshFolder } from '../../frame/folders';
import { startDevice } from '../../real/device-process';
import { digest, onlyToken, type Sides, sessionOf } from './sides';

/** SoftHSM2 with a P-256 key, behind a library that can take its time for C_Sign. Bare: C_SignInit and C_Sign in a session that stays logged in. */
export async function pkcs11Sides(): Promise<Sides> {
  const rig = makeSoftHsm();
  const conf = process.env['SOFTHSM2_CONF'] ?? '';
  const { libraryPath, slow } = slowLibrary(rig.libraryPath);
  const device = startDevice({ pkcs11Libraries: [libraryPath] }, { SOFTHSM2_CONF: conf });
  const tokenId = await onlyToken(device);
  const module = await loadPkcs11(libraryPath);
  const [slot] = await readSlots(module);
  if (slot === undefined) throw new Error('no token');
  return {
    driver: 'pkcs11',
    bareName: 'C_SignInit, C_Sign (SoftHSM2, P-256)',
    ours: () => sessionOf(device, tokenId, rig.keys.ec, rig.pin),
    bare: async () => {
      const handle = ulongCell();
      await module.call('C_OpenSession', slot.slotId, CKF.serialSession, null, null, handle);
      const session = readUlong(handle);
      const pin = Buffer.from(rig.pin);
      await module.call('C_Login', session, CKU.user, pin, pin.length);
      const key = await findPrivateKey(module, session, Buffer.from(rig.keys.ec, 'hex'));
      if (key === undefined) throw new Error('no key');
      return {
        sign: async () => {
          const output = Buffer.alloc(128);
          await module.call('C_SignInit', session, mechanism(CKM.ecdsa), key);
          await module.call('C_Sign', session, digest(), 32, output, ulongCell(output.length));
        },
        end: async () => {
          await module.call('C_Logout', session);
          await module.call('C_CloseSession', session);
        },
      };
    },
    slow,
    end: async () => {
      device.stop();
      await module.close();
      rig.remove();
    },
  };
}

/** Compiles the library in front; `slow` reaches every process that loaded it. */
function slowLibrary(real: string): { libraryPath: string; slow: (ms: number) => void } {
  const folder = freshFolder('slow-pkcs11');
  const libraryPath = join(folder, 'slow.so');
  const pause = join(folder, 'pause');
  const source = join(process.cwd(), 'e2e/bench/groups/sign/slow-pkcs11.c');
  const names = [`-DREAL="${real}"`, `-DPAUSE="${pause}"`];
  execFileSync('gcc', ['-O1', '-shared', '-fPIC', ...names, '-o', libraryPath, source, '-ldl']);
  return { libraryPath, slow: (ms) => writeFileSync(pause, String(ms)) };
}
