import { DeviceClient } from '../clients/device-client';
import { CARD_READERS } from '../services/tokens/card-readers';
import type { Surroundings } from './services/surroundings';

/** The U-Key process while there is no office yet: enrolment may bind the first slot to a key. */
export function firstDevice(around: Surroundings): DeviceClient {
  return new DeviceClient(
    around.startDevice,
    () => ({
      pkcs11Libraries: [...around.pkcs11Libraries],
      skfProfiles: [...around.skfProfiles],
      cardReaders: [...CARD_READERS],
      isPracticeOffice: false,
    }),
    () => around.events.emit('signing.tokens-changed', {}),
  );
}
