/**
 * How devices stand, for the administrator: their last contact, what they had applied by then, the attempts
 * that failed on their side, and the bundles that were made for them. Frozen.
 */
export const id = 90;

export const sql = `
create table device_contact (device text primary key references device, seen_ms bigint not null, via text not null,
  epoch text, applied_rseq bigint, applied_ms bigint, pending integer, rejected integer, settled bigint, program text);
create table device_failure (device text references device, at_ms bigint, code text, reported_ms bigint not null,
  primary key (device, at_ms, code));
create table bundle_made (id text primary key, device text not null references device, kind text not null, from_rseq bigint not null,
  to_rseq bigint not null, made_ms bigint not null, bytes bigint not null);
create index bundle_made_device on bundle_made (device, made_ms);
`;
