/**
 * Answers that are given again where they were lost on the way: what a countersigned act told, sealed and for some minutes, and the
 * certificates of a device that enrolled. Who is logged in for acts is known to every process of the centre. Frozen.
 */
export const id = 402;

export const sql = `
alter table admin_act add column told bytea;
alter table admin_act add column told_until_ms bigint;
alter table enrolment add column tls_certificate text;
alter table enrolment add column control_certificate text;
create table act_challenge (device text primary key references device, text text not null, until_ms bigint not null);
create table act_session (
  name text primary key, device text not null references device, certificate bytea not null, until_ms bigint not null
);
`;
