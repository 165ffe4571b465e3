/** What devices report of use out of the ordinary. Frozen. */
export const id = 370;

export const sql = `
create table alert (
  device text not null, dseq bigint not null, office text not null, rule text not null, about text not null,
  day integer not null, first_ms bigint not null, last_ms bigint not null, count double precision not null,
  usual double precision, threshold double precision not null, taken_ms bigint not null,
  primary key (device, dseq)
);
create index alert_taken on alert (taken_ms);
`;
