import { statisticsContext } from '../../shared/protocol/endpoints';
import { sealBox } from '../../shared/protocol/sealed-box';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import { StatisticsStatementSchema } from '../../shared/protocol/statistics';
import { boxSubtle } from '../keys/key-provider';
import type { StatementWriter } from '../keys/statement-writer';
import { findDevice } from '../store/devices';
import { type Allotment, type AllotParts, secretOf } from './allot';

/** What the statement is made from. */
export type StatisticsSource = AllotParts & { readonly statements: StatementWriter };

/** Names what the statement says, for tags. */
export const allotmentTag = ({ year, ledger, shareMilli, budgetMilli }: Allotment): string =>
  `statistics ${year} ${ledger} ${shareMilli} ${budgetMilli}`;

/** The office's secret and the device's share, for one device. Throws RangeError for a device that may not work any more. */
export async function statisticsStatement(
  source: StatisticsSource,
  office: string,
  deviceId: string,
  { secret, ...allotment }: Allotment,
): Promise<SignedStatement> {
  const device = await findDevice(source.client, deviceId);
  if (device?.status !== 'active') throw new RangeError(`device ${deviceId} gets no share`);
  const open = secretOf(source, office, secret);
  try {
    const box = await sealBox(boxSubtle, device.boxKey, open, statisticsContext(deviceId));
    return await source.statements.sign(
      StatisticsStatementSchema.parse({
        type: 'statistics',
        office,
        device: deviceId,
        box: Buffer.from(box).toString('base64'),
        ...allotment,
        issuedMs: source.nowMs(),
      }),
    );
  } finally {
    open.fill(0);
  }
}
