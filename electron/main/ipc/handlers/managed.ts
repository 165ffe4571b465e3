import type { Policy } from '../../services/managed/policy';
import type { Handlers } from '../router';

export function managedHandlers({ server, proxy }: Policy): Pick<Handlers, 'managed.facts'> {
  return { 'managed.facts': () => ({ server: server ?? null, isProxySet: proxy !== undefined }) };
}
