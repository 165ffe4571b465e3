import { timingSafeEqual } from 'node:crypto';
import { regionKeysContext } from '../../../../shared/protocol/endpoints';
import type { RegionKeysStatement } from '../../../../shared/protocol/region-keys';
import { type TransportPair, zeroPairs } from '../../../crypto/transport-ring';
import { openDeviceBox } from '../unlock/device-box';
import { readRegionKeys } from '../unlock/region-keys';
import type { OpenSession } from '../unlock/session';

/** Why a statement's keys are not taken up. */
export type PairFault = 'box' | 'shape' | 'other-region' | 'other-epoch' | 'other-digest-tag';

/**
 * Opens every box of a verified statement with this device's key; all of them or none. The digest tag never changes with
 * the pairs: a box with another one is not of this region, whoever signed it. The caller zeroes the pairs.
 */
export async function openPairs(
  session: Pick<OpenSession, 'keys' | 'office'>,
  { pairs }: RegionKeysStatement,
): Promise<readonly TransportPair[] | PairFault> {
  const { keys, office } = session;
  const tag = keys.copy('region');
  const opened: TransportPair[] = [];
  try {
    for (const { keyEpoch, box } of pairs) {
      const sealed = new Uint8Array(Buffer.from(box, 'base64'));
      const plain = await openDeviceBox(session, sealed, regionKeysContext(office.deviceId));
      if (plain === null) return refuse(opened, 'box');
      const read = readRegionKeys(plain);
      if (read === null) return refuse(opened, 'shape');
      const { digestTag, ...pair } = read;
      opened.push(pair);
      const isSameTag = timingSafeEqual(digestTag, tag);
      digestTag.fill(0);
      if (!isSameTag) return refuse(opened, 'other-digest-tag');
      if (read.region !== office.office.region) return refuse(opened, 'other-region');
      if (read.keyEpoch !== keyEpoch) return refuse(opened, 'other-epoch');
    }
    return opened;
  } catch (error) {
    zeroPairs(opened);
    throw error;
  } finally {
    tag.fill(0);
  }
}

function refuse(opened: readonly TransportPair[], fault: PairFault): PairFault {
  zeroPairs(opened);
  return fault;
}
