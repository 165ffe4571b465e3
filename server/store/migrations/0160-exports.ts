/**
 * Second factor of exports: tickets, their uses, one-time codes, requests that wait, phones (wrapped by the key
 * provider) and what each office may let out. Frozen.
 */
export const id = 160;

export const sql = `
create table export_ticket (id text primary key, office text not null, device text not null references device,
  user_id text not null, way text not null, max_rows bigint not null, issued_ms bigint not null, expires_ms bigint not null,
  sealed text, revoked_ms bigint);
create index export_ticket_device on export_ticket (device, expires_ms);
create table export_use (ticket text not null, device text not null references device, trace text not null,
  count bigint not null, at_ms bigint not null, fault text, primary key (ticket, device, trace));
create table export_challenge (id text primary key, office text not null, device text not null references device,
  user_id text not null, intent text not null, mac text not null, tries_left integer not null, issued_ms bigint not null,
  expires_ms bigint not null);
create index export_challenge_user on export_challenge (office, user_id, issued_ms);
create table export_request (request text primary key, office text not null, device text not null references device,
  user_id text not null, intent text not null, asked_ms bigint not null, state text not null, decided_ms bigint,
  decision text);
create index export_request_device on export_request (device, asked_ms);
create table user_phone (office text not null, user_id text not null, phone bytea not null, primary key (office, user_id));
create table export_policy (office text primary key, policy text not null, changed_ms bigint not null);
`;
