/**
 * What goes up: the command as it was signed (a device with an older journal gets its own history back),
 * what it is about, contradictions of history, the devices' audit chains, and saved items. Frozen.
 * `content` of a saved item is wrapped by the key provider; `rank` is given under the user's row in
 * `saved_head`, so that it follows commit order.
 */
export const id = 110;

export const sql = `
alter table outbox add column sig text;
alter table outbox add column own_key text;
alter table outbox add column subject text;
create index outbox_subject on outbox (kind, subject) where subject is not null;
create table outbox_alarm (device text references device, kind text not null, dseq bigint not null, at_ms bigint not null,
  receipt jsonb, primary key (device, kind, dseq));
create table audit_page (device text references device, first bigint not null, last bigint not null, head text not null,
  entries jsonb not null, received_ms bigint not null, primary key (device, first));
create table saved_head (office text not null, user_id text not null, head bigint not null, primary key (office, user_id));
create table saved_item (office text not null, user_id text not null, item text not null, rank bigint not null,
  is_deleted boolean not null, content bytea not null, primary key (office, user_id, item));
create unique index saved_item_rank on saved_item (office, user_id, rank);
`;
