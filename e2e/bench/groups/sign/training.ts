import { createPrivateKey } from 'node:crypto';
import { makeTrainingIdentity } from '../../../../electron/device/drivers/training/certificates';
import { signPrehashed } from '../../../../electron/device/drivers/training/prehashed';
import { freshFolder } from '../../frame/folders';
import { startDevice } from '../../real/device-process';
import { demand, digest, type Sides, sessionOf } from './sides';

const PIN = '135790';

/** The practice key. Bare: the same signature by a key in memory, without process, session and file. */
export async function trainingSides(): Promise<Sides> {
  const directory = freshFolder('training');
  const holder = { name: 'bench', badge: 'B1', office: 'bench' };
  const device = startDevice({ training: { directory }, isPracticeOffice: true });
  const pin = new TextEncoder().encode(PIN);
  const { tokenId } = demand(await device.call('makeTrainingKey', { holder, pin }));
  const { pkcs8 } = makeTrainingIdentity(holder, Date.now());
  const key = createPrivateKey({ key: pkcs8 as Buffer, format: 'der', type: 'pkcs8' });
  return {
    driver: 'training',
    bareName: 'a P-256 signature in memory',
    ours: () => sessionOf(device, tokenId, 'training', PIN),
    bare: async () => ({
      sign: async () => signPrehashed(key, digest()),
      end: async () => undefined,
    }),
    slow: undefined,
    end: async () => device.stop(),
  };
}
