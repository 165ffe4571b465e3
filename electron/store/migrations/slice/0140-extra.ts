/**
 * Public columns of rows that the server has and this build does not know: kept as canonical JSON and part of the row's
 * leaf, so that a slice is proven whole and a later build finds them here. Frozen; imports nothing of ours.
 */
export const SLICE_0140 = {
  version: 140,
  script: `
create table extra_columns (
  entity integer not null, id integer not null, body text not null,
  primary key (entity, id)
) strict, without rowid;
`,
} as const;
