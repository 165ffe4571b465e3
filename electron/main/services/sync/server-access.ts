import type { KeyRing } from '../../../crypto/key-ring';
import type { OfficeFile } from '../unlock/office-file';
import { StatementChecks } from '../unlock/statement-checks';
import { certificateFor } from '../unlock/tls-certificate';
import { Line, type LineSetup, plainSetup } from './line';
import { Remote } from './remote';
import type { Transport } from './transport/transport';

export interface ServerAccess {
  readonly line: Line;
  readonly remote: Remote;
}

/** The office's server as this device reaches it; the caller closes the line. */
export function accessServer(office: OfficeFile, keys: KeyRing, setup?: LineSetup): ServerAccess {
  const tlsKey = keys.copy('deviceTls');
  const { endpoints, ca } = office;
  const certificate = certificateFor(office, tlsKey);
  const line = new Line({ endpoints, ca, certificate, key: tlsKey }, setup);
  tlsKey.fill(0);
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  return { line, remote: new Remote(line, checks, office.office.region) };
}

/** Nothing ever resolves it: the transport alone answers. */
const ELSEWHERE = 'https://stick.invalid';

/** The same over a transport that is no line: a bundle. The caller closes the line. */
export function accessBundle(office: OfficeFile, transport: Transport): ServerAccess {
  const setup = { ...plainSetup(), transport: () => transport };
  const line = new Line({ endpoints: [ELSEWHERE], ca: office.ca }, setup);
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  return { line, remote: new Remote(line, checks, office.office.region) };
}
