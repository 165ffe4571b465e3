/**
 * The control channel: a key of its own for each device, directives and what became of them. Frozen.
 * `seq` is gapless per device: it is given under the lock of the device's row.
 */
export const id = 40;

export const sql = `
alter table device add column control_spki text;
alter table device add column control_key bytea;
alter table device add column control_seen_ms bigint;
create unique index device_control on device (control_spki);
create table directive (device text references device, seq bigint, id text not null unique, kind text not null,
  reason text not null, issued_ms bigint not null, envelope jsonb not null, primary key (device, seq));
create table control_receipt (device text references device, directive text not null, outcome text not null, at_ms bigint not null,
  received_ms bigint not null, receipt jsonb not null, primary key (device, directive, outcome));
`;
