/**
 * The slice: what the server can give again. Frozen; imports nothing of ours, so that it stays as it
 * was released. Column names are those of the data model; order: id, rev, public columns, own columns.
 */
export const SLICE_0010 = {
  version: 10,
  script: `
create table manifest (name text primary key, value text not null) strict;
insert into manifest values ('kind', 'slice');

create table company (
  id integer primary key, rev integer not null,
  "name" text not null, "uscc" text not null, "industry" integer not null, "region" integer not null,
  "staffing" text not null, "ext" text
) strict;

create table person (
  id integer primary key, rev integer not null,
  "name" text not null, "sex" integer not null, "company" integer, "photo" integer, "ext" text,
  nameId integer not null,
  maskedId text, maskedPhone text, sealed blob, keyedTag blob,
  tagWhole integer, tagRegion6 integer, tagBirth8 integer, tagLast4 integer, tagLast6 integer,
  tagPhone integer, tagPhoneLast4 integer
) strict;

create table certificate (
  id integer primary key, rev integer not null,
  "kind" integer not null, "category" integer, "numberForm" integer not null, "number" text,
  "holder" integer not null, "company" integer, "issuer" integer not null, "region" integer not null,
  "industry" integer not null, "firstIssue" integer not null, "validFrom" integer not null,
  "validTo" integer not null, "reviewDue" integer, "reviewDone" integer, "baseStatus" integer not null,
  "statusReason" text, "statusDay" integer, "body" integer, "source" integer not null, "ext" text,
  maskedNumber text, sealed blob, keyedTag blob, tagNumber integer
) strict;

create table event (
  id integer primary key, rev integer not null,
  "certificate" integer not null, "seq" integer not null, "type" integer not null, "day" integer not null,
  "by" integer not null, "document" text, "validTo" integer, "reviewDue" integer, "region" integer, "note" text
) strict;

create table training (
  id integer primary key, rev integer not null,
  "person" integer not null, "certificate" integer, "kind" integer not null, "category" integer,
  "course" integer not null, "hours" integer not null, "day" integer not null, "body" integer not null
) strict;

create table exam (
  id integer primary key, rev integer not null,
  "person" integer not null, "kind" integer not null, "category" integer, "day" integer not null,
  "theory" integer not null, "practice" integer, "passed" integer not null, "attempt" integer not null,
  "body" integer not null
) strict;

create table attachment (
  id integer primary key, rev integer not null,
  "ownerType" integer not null, "owner" integer not null, "kind" integer not null, "sha256" text not null,
  "bytes" integer not null, "mime" integer not null
) strict;

-- Distinct names of persons, once each, with the keys that people type.
create table name (id integer primary key, text text not null) strict;
create table name_key (id integer primary key, pinyin text not null, initials text not null) strict;

create table tombstone (
  entity integer not null, id integer not null, reason integer not null, movedTo integer not null, day integer not null,
  primary key (entity, id)
) strict, without rowid;

create table digest_bucket (
  entity integer not null, bucket integer not null, hash blob not null,
  primary key (entity, bucket)
) strict, without rowid;

create table applied_segment (sha256 text primary key, entity integer not null, rows integer not null) strict;
create table sync_state (name text primary key, value text not null) strict;
create table pending_audit (
  source text primary key, atMs integer not null, kind text not null, actor text not null, payload text not null
) strict;
`,
} as const;
