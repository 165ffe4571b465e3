/**
 * Sets of certificates that an office's devices read as 核查中, until the mark is lifted; and which order told a device of which
 * mark. Frozen.
 */
export const id = 330;

export const sql = `
create table office_mark (
  id text primary key, office text not null references office, marked jsonb not null, reason text not null,
  given_ms bigint not null, lifted_ms bigint, lift_reason text
);
create index office_mark_office on office_mark (office);
alter table directive add column mark text;
create index directive_mark on directive (device, mark) where mark is not null;
`;
