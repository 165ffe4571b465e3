import type { KeyRing } from '../../../crypto/key-ring';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';
import { Line, type LineSetup } from './line';
import { Remote } from './remote';

export interface ServerAccess {
  readonly line: Line;
  readonly remote: Remote;
}

/** The office's server as this device reaches it; the caller closes the line. */
export function accessServer(office: OfficeFile, keys: KeyRing, setup?: LineSetup): ServerAccess {
  const tlsKey = keys.copy('deviceTls');
  const { endpoints, ca, tlsCertificate: certificate } = office;
  const line = new Line({ endpoints, ca, certificate, key: tlsKey }, setup);
  tlsKey.fill(0);
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  return { line, remote: new Remote(line, checks, office.office.region) };
}
