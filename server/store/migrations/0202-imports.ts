/** Rows of lists that offices handed in, with what was said of them; the content is wrapped. Frozen. */
export const id = 202;

export const sql = `
create table import_row (office text not null, import text not null, row integer not null, list text not null,
  verdict text not null, mark text not null, content bytea not null, received_ms bigint not null,
  primary key (import, row));
create index import_row_mark on import_row (office, mark) where verdict = 'taken';
`;
