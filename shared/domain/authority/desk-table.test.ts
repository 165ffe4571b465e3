import { describe, expect, it } from 'vitest';
import { CONTRACT, type RouteName } from '../../ipc/contract';
import { ROLES, type Role } from '../model';
import { type AuthorityRow, DESK_AUTHORITY, type Reach } from './desk-table';

const names = Object.keys(CONTRACT) as RouteName[];
const rows: readonly AuthorityRow[] = DESK_AUTHORITY;
const rowsOf = (name: string) =>
  rows.filter(({ routes }) => routes.includes(name.split('.')[0] ?? ''));
const mayCall = (name: RouteName, role: Role): boolean => {
  const { roles } = CONTRACT[name];
  return roles === 'any' || (roles as readonly Role[]).includes(role);
};

describe('the table of roles that people read', () => {
  // Would catch: a new route that nobody put under a group, and a group of which nothing is left.
  it('has every route once, and no group without a route', () => {
    expect(names.filter((name) => rowsOf(name).length !== 1)).toEqual([]);
    for (const { group, routes } of rows)
      for (const prefix of routes)
        expect([group, prefix, names.some((name) => name.startsWith(`${prefix}.`))]).toEqual([
          group,
          prefix,
          true,
        ]);
  });

  // Would catch: a page that says that a role may do what main refuses, or keeps quiet about what main allows.
  it('says of every role what the contract decides', () => {
    for (const row of rows)
      for (const role of ROLES) {
        const own = names.filter((name) => rowsOf(name).includes(row));
        const open = own.filter((name) => mayCall(name, role)).length;
        const reach: Reach = open === 0 ? 'none' : open === own.length ? 'all' : 'some';
        expect([row.group, role, row.reach[role]]).toEqual([row.group, role, reach]);
      }
  });

  // Would catch: one of the three administrators who reads certificates, or an auditor who changes anything but his notes.
  it('keeps the three administrators from certificate data', () => {
    for (const group of ['search', 'boards', 'site', 'batch', 'imports', 'cross-region'])
      for (const role of ['system-admin', 'security-admin', 'auditor'] as const)
        expect([group, role, rows.find((row) => row.group === group)?.reach[role]]).toEqual([
          group,
          role,
          'none',
        ]);
  });
});
