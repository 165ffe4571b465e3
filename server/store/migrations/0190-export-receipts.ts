/** Countersignatures over the manifests of packages, told to the device that made them. Frozen. */
export const id = 190;

export const sql = `
create table export_receipt (device text not null references device, trace text not null, statement text not null,
  taken_ms bigint not null, primary key (device, trace));
create index export_receipt_taken on export_receipt (device, taken_ms);
`;
