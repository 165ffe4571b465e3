/**
 * Shared statistics with noise: an office's secret (wrapped) with its yearly budget of ε and the first share of a ledger, both in
 * thousandths; what was given to which ledger of which device in which year, never taken back; which ledger a device last said
 * that it keeps. Frozen.
 */
export const id = 380;

export const sql = `
create table office_statistics (
  office text primary key references office, secret bytea not null, budget_milli integer not null, share_milli integer not null
);
create table statistics_share (
  device text not null references device, ledger text not null, year integer not null, office text not null references office,
  milli integer not null, given_ms bigint not null, primary key (device, ledger, year)
);
create index statistics_share_office on statistics_share (office, year);
alter table device_contact add column statistics_ledger text;
`;
