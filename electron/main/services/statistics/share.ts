import { AppError } from '../../../../shared/errors/app-error';
import { statisticsContext } from '../../../../shared/protocol/endpoints';
import {
  STATISTICS_SECRET_BYTES,
  type StatisticsStatement,
  StatisticsStatementSchema,
} from '../../../../shared/protocol/statistics';
import { keyBytes } from '../../../crypto/key-bytes';
import { openDeviceBox } from '../unlock/device-box';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';

/**
 * What the centre said last of this device's statistics: signed by it, for this device and office. It has no end of its
 * own: the share names its year. Null: nothing was said yet.
 */
export async function statisticsSaid(
  office: Pick<OfficeFile, 'ca' | 'statementCertificate' | 'deviceId' | 'office' | 'statements'>,
): Promise<StatisticsStatement | null> {
  const found = office.statements.filter(({ payload }) => payload.includes('"type":"statistics"'));
  if (found.length === 0) return null;
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  let newest: StatisticsStatement | null = null;
  for (const envelope of found) {
    const opened = await checks.openTimeless(envelope, StatisticsStatementSchema);
    if (!opened.ok) continue;
    const says = opened.value;
    const isOurs = says.device === office.deviceId && says.office === office.office.code;
    if (isOurs && (newest === null || says.issuedMs > newest.issuedMs)) newest = says;
  }
  return newest;
}

/** The office's secret, which the caller zeroes. It is nowhere in the open but during one release. Throws STATEMENT_INVALID. */
export async function openSecret(
  session: Pick<OpenSession, 'keys'>,
  { box, device }: StatisticsStatement,
): Promise<Uint8Array> {
  const sealed = new Uint8Array(Buffer.from(box, 'base64'));
  const opened = await openDeviceBox(session, sealed, statisticsContext(device));
  if (opened === null || opened.length !== STATISTICS_SECRET_BYTES) {
    opened?.fill(0);
    throw new AppError('STATEMENT_INVALID', {}, 'secret of statistics');
  }
  const secret = keyBytes(opened);
  opened.fill(0);
  return secret;
}
