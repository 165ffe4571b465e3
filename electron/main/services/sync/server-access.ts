import type { KeyRing } from '../../../crypto/key-ring';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';
import { Line } from './line';
import { Remote } from './remote';

export interface ServerAccess {
  readonly line: Line;
  readonly remote: Remote;
}

/** The office's server as this device reaches it; the caller closes the line. */
export function accessServer(office: OfficeFile, keys: KeyRing): ServerAccess {
  const tlsKey = keys.copy('deviceTls');
  const line = new Line({
    endpoints: office.endpoints,
    ca: office.ca,
    certificate: office.tlsCertificate,
    key: tlsKey,
  });
  tlsKey.fill(0);
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  return { line, remote: new Remote(line, checks, office.office.region) };
}
