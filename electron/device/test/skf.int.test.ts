import { afterAll } from 'vitest';
import { createSkfDriver } from '../drivers/skf/skf-driver';
import { describeConformance } from './conformance';
import { makeSkfToken } from './skf/rig';

for (const ulongBytes of [4, 8] as const) {
  const rig = makeSkfToken(ulongBytes);
  afterAll(() => rig.remove());
  describeConformance(`skf with ${ulongBytes}-byte ULONG`, async () => ({
    makeDriver: () => createSkfDriver({ profile: rig.profile }),
    pin: rig.pin,
    wrongPin: '000000',
    keyRefs: [rig.keys.sm2, rig.keys.rsa],
    unwrapRefs: [rig.keys.sm2Enc],
    unplug: rig.unplug,
    replug: rig.replug,
  }));
}
