import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createPcscReaders } from '../../../electron/device/pcsc/pcsc-readers';
import { createPivDriver } from '../../../electron/device/piv/piv-driver';
import { describeConformance } from '../../../electron/device/test/conformance';
import type { KeyType } from '../card/issue';
import { CARD_PIN, makeCard } from '../card/rig-card';
import { type ReaderService, startReaderService } from './reader-service';

const TYPES: readonly KeyType[] = ['p256', 'p384', 'rsa2048'];
const folder = mkdtempSync(join(tmpdir(), 'fieldcert-piv-'));
let service: ReaderService;

beforeAll(async () => {
  service = await startReaderService();
  Object.assign(process.env, service.env);
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const type of TYPES) {
  describeConformance(`pcsc-piv with ${type} through pcscd`, async () => {
    const card = makeCard(folder, type);
    await service.insert(card);
    return {
      makeDriver: () => createPivDriver({ id: 'pcsc-piv', readers: createPcscReaders() }),
      pin: CARD_PIN,
      wrongPin: '000000',
      keyRefs: ['9c'],
      unwrapRefs: ['9d'],
      isLong: type === 'p384',
      unplug: () => service.pull(),
      replug: () => service.insert(card),
    };
  });
}
