import { fileMachineSecret } from '../../electron/crypto/machine-secret';
import { ControlKey } from '../../electron/main/services/control/control-key';
import { MachineSeal } from '../../electron/main/services/control/machine-seal';
import { performWipe } from '../../electron/main/services/wipe/wipe';
import type { WipeRecord } from '../../electron/main/services/wipe/wipe-record';
import { dataPaths } from '../../electron/platform/paths';

/** Wipes a folder without a network, to be killed at it; says when it begins and when it is done. */
async function main(userData: string, record: WipeRecord): Promise<void> {
  const paths = dataPaths(userData);
  const machine = fileMachineSecret(paths.machineSecret);
  const seal = await MachineSeal.find(machine, record.deviceId);
  const key = seal === null ? null : await ControlKey.open(seal, paths.controlKey);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  process.send?.('begins');
  await performWipe(
    record,
    {
      paths,
      machine,
      nowMs: Date.now,
      log,
      endSession: async () => undefined,
      eraseTraces: async () => undefined,
    },
    { key, office: null },
  );
  process.send?.('done');
}

const [userData = '', record = ''] = process.argv.slice(2);
void main(userData, JSON.parse(record) as WipeRecord).then(() => process.exit(0));
