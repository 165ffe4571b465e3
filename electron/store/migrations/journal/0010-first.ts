/** The journal: what exists nowhere else. Frozen; imports nothing of ours. */
export const JOURNAL_0010 = {
  version: 10,
  script: `
create table manifest (name text primary key, value text not null) strict;
insert into manifest values ('kind', 'journal');

create table audit (
  seq integer primary key, atMs integer not null, kind text not null, actor text not null,
  header text not null, hash text not null, mac text not null, payload text, salt blob,
  source text unique
) strict;
-- One row: the ratchet's key for the next entry; the one before is overwritten.
create table audit_ratchet (id integer primary key check (id = 1), key blob not null) strict;

create table query_log (
  id integer primary key, atMs integer not null, userId text not null, kind text not null,
  text text, tag integer, filter text, subject integer, count integer not null, auditSeq integer not null
) strict;
create index query_log_at on query_log(atMs);
create index query_log_subject on query_log(subject, atMs) where subject is not null;

create table export_ledger (
  traceId text primary key, atMs integer not null, purpose text not null, count integer not null,
  outcome text not null, signer text, verificationCode text, fileName text, path text,
  packageSha256 text, isPractice integer not null
) strict;
create index export_ledger_at on export_ledger(atMs);

create table sync_run (
  runId text primary key, startedMs integer not null, endedMs integer not null, outcome text not null,
  isFirst integer not null, rows integer not null, bytes integer not null, error text
) strict;
create index sync_run_started on sync_run(startedMs);

create table fact (name text primary key, value text not null) strict;

-- Append-only commands to the server; payloads are sealed to its key.
create table outbox (
  dseq integer primary key, key text not null unique, kind text not null, actor text not null, base integer,
  payload text not null, atMs integer not null, previous text, sig text not null,
  verdict text, reason text, receiptMs integer
) strict;
create index outbox_open on outbox(dseq) where verdict is null;

create table saved_item (
  id text primary key, userId text not null, kind text not null, title text not null, body text not null,
  rev integer not null, updatedMs integer not null
) strict;
create index saved_item_user on saved_item(userId, kind);
create table batch (
  id text primary key, userId text not null, atMs integer not null, title text not null, rows integer not null,
  summary text not null, purgeAfterMs integer not null
) strict;
create table batch_row (
  batch text not null, row integer not null, input text not null, verdict text not null, certificate integer,
  primary key (batch, row)
) strict, without rowid;
create table field_check (
  id text primary key, userId text not null, atMs integer not null, certificate integer, company integer,
  result text not null, note text, dueDay integer, settledMs integer
) strict;
create index field_check_certificate on field_check(certificate);
create table note (
  id text primary key, userId text not null, subject text not null, subjectId integer not null,
  body text not null, updatedMs integer not null
) strict;
create table server_receipt (head text primary key, seq integer not null, statement text not null, atMs integer not null) strict;
`,
} as const;
