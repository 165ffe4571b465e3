import type { Policy } from '../../services/managed/policy';
import type { Handlers } from '../router';

const MOST_FAULTS = 40;

export function managedHandlers({
  server,
  proxy,
  faults = [],
}: Policy): Pick<Handlers, 'managed.facts'> {
  return {
    'managed.facts': () => ({
      server: server ?? null,
      isProxySet: proxy !== undefined,
      faults: faults.slice(0, MOST_FAULTS).map((name) => name.slice(0, 80)),
    }),
  };
}
