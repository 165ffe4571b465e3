import type { Role } from '../../../shared/domain/model';
import { CONTRACT, type RouteNameBy, isRouteName } from '../../../shared/ipc/contract';
import { isAllowed } from './router';

export type PortRoute = RouteNameBy<'port'>;

/**
 * Port routes that a session of the role may use. The list goes to the store with its end of the
 * port, which answers no other route on it: the gates are passed once, when the port is granted,
 * and the port dies with the session.
 */
export function grantedPortRoutes(role: Role): readonly PortRoute[] {
  return Object.keys(CONTRACT).filter((name): name is PortRoute => {
    if (!isRouteName(name)) return false;
    const route = CONTRACT[name];
    return route.transport === 'port' && route.window === 'main' && isAllowed(route, role);
  });
}
