import { AppError } from '../../../../../shared/errors/app-error';
import type { TransportAnswer } from './transport';

/**
 * An answer that our server never gives: a page for people, a redirect, a login wanted by the network (RFC 6585
 * section 6), an encoding nobody asked for. Null for one that may be ours.
 */
export function strangeAnswer(
  { status, headers }: Pick<TransportAnswer, 'status' | 'headers'>,
  endpoint: string,
): AppError | null {
  const type = headers['content-type'] ?? '';
  const where = `status ${status}, ${type.slice(0, 80)} at ${endpoint}`;
  if (status === 511 || (status >= 300 && status < 400 && status !== 304))
    return new AppError('SYNC_PORTAL', {}, `${where}, to ${hostOf(headers.location)}`);
  if (/^(text\/html|application\/xhtml)/i.test(type)) return new AppError('SYNC_PORTAL', {}, where);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    return new AppError('SYNC_PROTOCOL', {}, `${where}, encoded as ${encoding.slice(0, 20)}`);
  return null;
}

/** Host alone: an address of a login page may carry a person's number. */
function hostOf(location: string | undefined): string {
  try {
    return new URL(location ?? '').host;
  } catch {
    return 'nowhere';
  }
}
