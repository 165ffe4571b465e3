import { DeviceClient } from '../clients/device-client';
import type { Surroundings } from './services';

/** The U-Key process while there is no office yet: enrolment may bind the first slot to a key. */
export function firstDevice(around: Surroundings): DeviceClient {
  return new DeviceClient(
    around.startDevice,
    () => ({
      pkcs11Libraries: [...around.pkcs11Libraries],
      skfProfiles: [...around.skfProfiles],
      isPracticeOffice: false,
    }),
    () => around.events.emit('signing.tokens-changed', {}),
  );
}
