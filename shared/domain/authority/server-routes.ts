/**
 * Whose client certificate opens a route of the central server: nobody's is asked, a device's that was enrolled, or the control
 * certificate that a locked device has. A device's certificate opens no control route and the other way round.
 */
export type Opener = 'anyone' | 'device' | 'control';

/** What an answer is bounded by; the caller never names it, the certificate does. */
export type ServerScope =
  | 'nothing'
  | 'device'
  | 'office'
  | 'region'
  | 'grant'
  | 'country'
  | 'code'
  | 'centre';

export interface ServerRoute {
  readonly method: 'GET' | 'POST';
  /** As the server's router has it. */
  readonly path: string;
  readonly opener: Opener;
  readonly scope: ServerScope;
  /** A revoked device is let in: its orders have to reach it. */
  readonly revoked?: true;
}

const row = (
  method: ServerRoute['method'],
  path: string,
  opener: Opener,
  scope: ServerScope,
  revoked?: true,
): ServerRoute => ({ method, path, opener, scope, ...(revoked === undefined ? {} : { revoked }) });

/**
 * Every route of the central server. A test compares it with what the router has, so that a new route without a row fails, and
 * asks each route with each certificate.
 */
export const SERVER_ROUTES: readonly ServerRoute[] = [
  row('POST', '/v1/enrol', 'anyone', 'code'),
  row('GET', '/verify', 'anyone', 'code'),
  row('GET', '/verify/:code', 'anyone', 'code'),
  row('POST', '/v1/device/renew', 'device', 'device'),
  row('GET', '/v1/health', 'device', 'region'),
  row('GET', '/v1/statements', 'device', 'office'),
  row('GET', '/v1/sync/manifest', 'device', 'region'),
  row('GET', '/v1/regions/:region/manifest', 'device', 'region'),
  row('GET', '/v1/sync/checkpoint', 'device', 'region'),
  row('GET', '/v1/regions/:region/checkpoint', 'device', 'region'),
  row('GET', '/v1/sync/changes', 'device', 'region'),
  row('GET', '/v1/regions/:region/changes', 'device', 'region'),
  row('POST', '/v1/sync/repair/nodes', 'device', 'region'),
  row('POST', '/v1/sync/repair/leaves', 'device', 'region'),
  row('POST', '/v1/sync/repair/rows', 'device', 'region'),
  row('GET', '/v1/sync/moves', 'device', 'region'),
  row('GET', '/v1/national', 'device', 'country'),
  row('GET', '/v1/national/filter', 'device', 'country'),
  row('GET', '/v1/objects/:sha256', 'device', 'region'),
  row('GET', '/v1/attachments/:sha256', 'device', 'region'),
  row('GET', '/v1/evidence/:sha256', 'device', 'device'),
  row('POST', '/v1/evidence/:sha256', 'device', 'device'),
  row('POST', '/v1/outbox', 'device', 'device'),
  row('GET', '/v1/outbox', 'device', 'device'),
  row('GET', '/v1/outbox/decided', 'device', 'device'),
  row('GET', '/v1/saved-items', 'device', 'office'),
  row('POST', '/v1/report', 'device', 'device'),
  row('POST', '/v1/exports/challenge', 'device', 'device'),
  row('POST', '/v1/exports/answer', 'device', 'device'),
  row('GET', '/v1/cross-region', 'device', 'office'),
  row('GET', '/v1/cross-region/content', 'device', 'grant'),
  row('GET', '/v1/cross-region/objects/:sha256', 'device', 'grant'),
  // Beyond the certificate a registered administrator's key is asked (server/http/routes/acts.ts).
  row('POST', '/v1/acts/challenge', 'device', 'centre'),
  row('POST', '/v1/acts/open', 'device', 'centre'),
  row('POST', '/v1/acts/list', 'device', 'centre'),
  row('POST', '/v1/acts/draft', 'device', 'centre'),
  row('POST', '/v1/acts/sign', 'device', 'centre'),
  row('GET', '/v1/control', 'control', 'device', true),
  row('POST', '/v1/control/renew', 'control', 'device'),
  row('POST', '/v1/control/receipts', 'control', 'device', true),
];

/** What the refusal of a caller is called; null where the table lets him in. */
export function refusalFor(
  { opener, revoked }: Pick<ServerRoute, 'opener' | 'revoked'>,
  caller: 'nobody' | 'device' | 'control',
  isRevoked = false,
): 'device-unknown' | 'forbidden' | 'device-revoked' | null {
  if (opener === 'anyone') return null;
  if (caller === 'nobody') return 'device-unknown';
  if (caller !== opener) return 'forbidden';
  return isRevoked && revoked === undefined ? 'device-revoked' : null;
}
