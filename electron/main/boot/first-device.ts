import { DeviceClient } from '../clients/device-client';
import { makeTokenSecret, type TokenSecret } from '../services/tokens/token-secret';
import { tokenError } from '../services/tokens/tokens';
import type { PinnedKey } from '../services/unlock/enrol';
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

/** A U-Key's part of a new slot; what the key says against it is thrown. `pin` is zeroed. */
export async function demandTokenSecret(
  device: DeviceClient,
  { pin, ...key }: PinnedKey,
): Promise<TokenSecret> {
  const made = await makeTokenSecret(device, key, pin);
  if (!made.ok) throw tokenError(made.error);
  return made.value;
}
