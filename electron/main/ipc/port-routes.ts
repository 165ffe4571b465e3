import type { Role } from '../../../shared/domain/model';
import { CONTRACT, isRouteName, type RouteNameBy } from '../../../shared/ipc/contract';
import { isAllowed } from './router';

export type PortRoute = RouteNameBy<'port'>;

/**
 * Port routes that a session of the role may use. Without one no port is granted; a relayed port
 * answers these only, and the store checks each request's route against the session's role again.
 */
export function grantedPortRoutes(role: Role): readonly PortRoute[] {
  return Object.keys(CONTRACT).filter((name): name is PortRoute => {
    if (!isRouteName(name)) return false;
    const route = CONTRACT[name];
    return route.transport === 'port' && route.window === 'main' && isAllowed(route, role);
  });
}
