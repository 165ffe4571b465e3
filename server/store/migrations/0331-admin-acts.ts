/**
 * Persons who administer the centre, one key each, and the acts that two of them signed. A key that was ever somebody's is
 * never another's. Frozen.
 */
export const id = 331;

export const sql = `
create table admin (
  person text primary key, name text not null, certificate bytea not null, spki text not null unique,
  added_ms bigint not null, removed_ms bigint
);
create table admin_act (
  id text primary key, text text not null, requested_by text not null references admin, request bytea not null,
  requested_ms bigint not null, countersigned_by text references admin, countersign bytea, countersigned_ms bigint,
  state text not null, outcome text
);
`;
