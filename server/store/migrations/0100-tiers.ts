/**
 * Delta tiers, and what a departure needs so that a row which came and left is not sent. Frozen.
 *
 * - `tier`: what was built of one region; `parts` as the manifest lists them. `dropped_ms`: when it left
 *   the list; its objects stay as long as a manifest that names them is valid.
 * - `departure.born`: the earliest arrival of the row; 0 in departures of before, which are always sent.
 * - `departure.is_back`: the row is in the slice again; the record stays, to keep `born`.
 */
export const id = 100;

export const sql = `
create table tier (slice integer, epoch text, from_rseq bigint, to_rseq bigint, kind text not null, from_ms bigint not null,
  to_ms bigint not null, parts jsonb not null, dropped_ms bigint, primary key (slice, epoch, from_rseq, to_rseq));
alter table departure add column born bigint not null default 0;
alter table departure add column is_back boolean not null default false;
`;
