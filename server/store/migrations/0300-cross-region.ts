/** Requests to see other regions, the steps that persons signed, grants and what they bring. Frozen. */
export const id = 300;

export const sql = `
alter table office add column jurisdiction text;
create table cross_request (
  request text primary key, office text not null, device text not null, user_id text not null,
  asked text not null, sha256 text not null, asked_ms bigint not null, state text not null, moved_ms bigint not null
);
create index cross_request_office on cross_request (office, asked_ms);
create index cross_request_state on cross_request (state, asked_ms);
create table cross_step (
  request text not null references cross_request, n integer not null, kind text not null, decision text not null,
  office text not null, office_name text not null, user_id text not null, name text not null,
  certificate text not null, note text not null, signed text not null, at_ms bigint not null,
  primary key (request, n)
);
create table cross_grant (
  request text primary key references cross_request, device text not null, statement text not null,
  until_ms bigint not null, keys bytea, content text, ended text, ended_ms bigint
);
create index cross_grant_until on cross_grant (until_ms);
create table cross_object (request text not null references cross_grant, sha256 text not null, primary key (request, sha256));
`;
