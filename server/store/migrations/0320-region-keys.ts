/**
 * Region keys by epoch: who began one when and why, and when its keys were destroyed (the row stays, `keys` is null then).
 * `slice.keys` remains the newest. Objects, tiers and what a device says that it holds name their epoch. Frozen.
 */
export const id = 320;

export const sql = `
create table region_key (slice integer not null references slice, key_epoch integer not null, keys bytea, begun_ms bigint,
  begun_by text, reason text, destroyed_ms bigint, primary key (slice, key_epoch));
insert into region_key (slice, key_epoch, keys) select code, key_epoch, keys from slice;
alter table object add column key_epoch integer not null default 1;
alter table tier add column key_epoch integer not null default 1;
alter table device_contact add column key_epoch integer;
`;
