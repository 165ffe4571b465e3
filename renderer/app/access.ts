import type { Role } from '../../shared/domain/model';
import type { PageName } from '../lib/navigation';

const READERS: readonly Role[] = ['inspector', 'head', 'approver'];
const EXPORTERS: readonly Role[] = ['inspector', 'head'];

/** Which pages a role is offered. Only what is drawn: main and the server decide again by themselves. */
export function canSee(role: Role, page: PageName): boolean {
  if (page === 'sync' || page === 'security') return true;
  return (page === 'exports' ? EXPORTERS : READERS).includes(role);
}
