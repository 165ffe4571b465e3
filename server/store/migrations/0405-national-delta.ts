/**
 * From which former filter a delta leads to the newest publication of the national status filter, and which one a device
 * without a line said that it holds. Frozen.
 */
export const id = 405;

export const sql = `
create table national_delta (from_sha256 text primary key, seq bigint not null, delta bytea not null);
alter table device_wish add column holds_filter text;
`;
