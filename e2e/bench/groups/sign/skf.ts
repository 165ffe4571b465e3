import { loadSkf } from '../../../../electron/device/drivers/skf/binding';
import { SIGNATURE_BLOB_BYTES, terminated } from '../../../../electron/device/drivers/skf/blobs';
import { PIN_USER } from '../../../../electron/device/drivers/skf/constants';
import { placeOf } from '../../../../electron/device/drivers/skf/containers';
import { presentNames } from '../../../../electron/device/drivers/skf/devices';
import { makeSkfToken } from '../../../../electron/device/test/skf/rig';
import { startDevice } from '../../real/device-process';
import { digest, onlyToken, type Sides, sessionOf } from './sides';

/** Our software SKF library with an SM2 key. Bare: SKF_ECCSignData on a container that stays open and logged in. */
export async function skfSides(): Promise<Sides> {
  const rig = makeSkfToken(4, 'BENCH001');
  const device = startDevice({ skfProfiles: [rig.profile] });
  const tokenId = await onlyToken(device);
  const place = placeOf(rig.keys.sm2);
  if (place === undefined) throw new Error('no place');
  return {
    driver: 'skf',
    bareName: 'SKF_ECCSignData (software SKF library, SM2)',
    ours: () => sessionOf(device, tokenId, rig.keys.sm2, rig.pin),
    bare: async () => {
      const library = loadSkf(rig.profile.libraryPath);
      const [name = Buffer.alloc(0)] = await presentNames(library);
      const connected = await library.open('SKF_ConnectDev', terminated(name));
      const named = terminated(place.application);
      const application = await library.open('SKF_OpenApplication', connected, named);
      const inside = terminated(place.container);
      const container = await library.open('SKF_OpenContainer', application, inside);
      const pin = terminated(Buffer.from(rig.pin));
      await library.call('SKF_VerifyPIN', application, PIN_USER, pin, library.cell());
      const blob = Buffer.alloc(SIGNATURE_BLOB_BYTES);
      return {
        sign: () => library.call('SKF_ECCSignData', container, digest(), 32, blob),
        end: async () => {
          await library.call('SKF_ClearSecureState', application);
          await library.call('SKF_CloseContainer', container);
          await library.call('SKF_CloseApplication', application);
          await library.call('SKF_DisConnectDev', connected);
        },
      };
    },
    slow: (ms) => rig.misbehave('slow', ms),
    end: async () => {
      device.stop();
      rig.remove();
    },
  };
}
