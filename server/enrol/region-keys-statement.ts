import { regionKeysContext } from '../../shared/protocol/endpoints';
import { RegionKeysSchema } from '../../shared/protocol/enrol';
import { RegionKeysStatementSchema } from '../../shared/protocol/region-keys';
import { sealBox } from '../../shared/protocol/sealed-box';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import { boxSubtle } from '../keys/key-provider';
import { type RegionKeySet, wireRegionKeys } from '../keys/region-keys';
import type { StatementWriter } from '../keys/statement-writer';
import { findDevice } from '../store/devices';
import type { Office } from '../store/offices';
import type { SqlRunner } from '../store/sql-client';
import type { Regions } from '../sync/regions';

/** What the statement is made from. */
export interface KeySource {
  readonly client: SqlRunner;
  readonly regions: Pick<Regions, 'inForce'>;
  readonly statements: StatementWriter;
  readonly nowMs: () => number;
}

/** The keys of a region in a box (base64) that one device alone opens. */
export async function boxedRegionKeys(
  region: string,
  keys: RegionKeySet,
  device: { readonly id: string; readonly boxKey: Uint8Array },
): Promise<string> {
  const wire = RegionKeysSchema.parse(wireRegionKeys(region, keys));
  const text = Buffer.from(JSON.stringify(wire), 'utf8');
  const box = await sealBox(boxSubtle, device.boxKey, text, regionKeysContext(device.id));
  return Buffer.from(box).toString('base64');
}

/** Every epoch in force, for one device. Throws RangeError for a device that is not there or may not work any more. */
export async function regionKeysStatement(
  { client, regions, statements, nowMs }: KeySource,
  office: Office,
  deviceId: string,
): Promise<SignedStatement> {
  const device = await findDevice(client, deviceId);
  if (device?.status !== 'active') throw new RangeError(`device ${deviceId} gets no keys`);
  const region = String(office.slice);
  const inForce = await regions.inForce(office.slice);
  const pairs = await Promise.all(
    inForce.map(async (keys) => ({
      keyEpoch: keys.keyEpoch,
      box: await boxedRegionKeys(region, keys, device),
    })),
  );
  return statements.sign(
    RegionKeysStatementSchema.parse({
      type: 'region-keys',
      office: office.code,
      device: deviceId,
      region,
      keyEpoch: pairs.at(-1)?.keyEpoch,
      pairs,
      issuedMs: nowMs(),
    }),
  );
}
