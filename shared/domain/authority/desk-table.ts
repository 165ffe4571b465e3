import type { Role } from '../model';

/** How much of a group of routes a role may call. */
export type Reach = 'all' | 'some' | 'none';

export interface AuthorityRow {
  /** Its words stand in the catalogues. */
  readonly group: string;
  /** What the names of its routes begin with, up to the first dot. */
  readonly routes: readonly string[];
  readonly reach: Readonly<Record<Role, Reach>>;
}

const row = <const G extends string>(
  group: G,
  routes: readonly string[],
  [inspector, head, approver, system, security, auditor]: readonly [
    Reach,
    Reach,
    Reach,
    Reach,
    Reach,
    Reach,
  ],
) => ({
  group,
  routes,
  reach: {
    inspector,
    head,
    approver,
    'system-admin': system,
    'security-admin': security,
    auditor,
  },
});

/**
 * Who may do what at the desk: roles against groups of routes, as people read it. What decides is the contract, route by route
 * (`shared/ipc`), in main; a test derives this table from it, so that neither can change alone and a route without a group
 * fails.
 */
export const DESK_AUTHORITY = [
  row(
    'search',
    ['search', 'history', 'follow', 'saved'],
    ['all', 'all', 'all', 'none', 'none', 'none'],
  ),
  row('records', ['records', 'attachments'], ['all', 'all', 'all', 'some', 'some', 'some']),
  row('boards', ['boards', 'statistics'], ['all', 'all', 'all', 'none', 'none', 'none']),
  row('site', ['scan', 'site', 'followups'], ['all', 'all', 'all', 'none', 'none', 'none']),
  row(
    'reports',
    ['reports', 'evidence', 'reminders'],
    ['all', 'all', 'all', 'none', 'none', 'none'],
  ),
  row('batch', ['batch', 'drops'], ['all', 'all', 'all', 'none', 'none', 'none']),
  row('imports', ['imports'], ['none', 'all', 'none', 'none', 'none', 'none']),
  row('exports', ['exports'], ['all', 'all', 'some', 'some', 'some', 'some']),
  row('cross-region', ['cross-region'], ['some', 'all', 'some', 'none', 'none', 'none']),
  row('sync', ['sync', 'line', 'outbox', 'bundle'], ['all', 'all', 'all', 'some', 'some', 'some']),
  row('alerts', ['alerts'], ['none', 'all', 'none', 'none', 'all', 'all']),
  row('audit', ['audit'], ['none', 'all', 'none', 'none', 'some', 'all']),
  row('central-acts', ['acts'], ['none', 'none', 'none', 'all', 'all', 'none']),
  row('people', ['people', 'handout', 'former'], ['some', 'some', 'some', 'some', 'some', 'some']),
  row('device', ['device'], ['some', 'all', 'some', 'some', 'all', 'some']),
  row('backup', ['backup'], ['none', 'all', 'none', 'all', 'all', 'none']),
  row(
    'rescue',
    ['restore', 'recovery', 'emergency'],
    ['some', 'all', 'some', 'some', 'some', 'some'],
  ),
  row('retention', ['retention'], ['some', 'all', 'some', 'some', 'some', 'some']),
  row('rotation', ['rotation'], ['some', 'some', 'some', 'none', 'some', 'none']),
  row('checks', ['self-check', 'deep-check'], ['all', 'all', 'all', 'some', 'some', 'some']),
  row('update', ['update'], ['all', 'all', 'all', 'all', 'all', 'some']),
  row('signing', ['signing', 'tokens', 'agreement'], ['all', 'all', 'all', 'all', 'all', 'all']),
  row(
    'desk',
    ['app', 'window', 'unlock', 'settings', 'about', 'managed', 'feedback'],
    ['all', 'all', 'all', 'all', 'all', 'all'],
  ),
] as const satisfies readonly AuthorityRow[];
export type AuthorityGroup = (typeof DESK_AUTHORITY)[number]['group'];
