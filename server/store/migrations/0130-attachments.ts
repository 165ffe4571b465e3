/**
 * Attachments at rest: which sealed object of a region holds the bytes that rows name by their plain hash, and
 * pictures that devices hand in with their commands (`evidence`: named by a command, its bytes in parts until they are
 * whole, then an object that is sealed to the outbox key). Frozen.
 */
export const id = 130;

export const sql = `
create table attachment_object (slice integer not null, sha256 text not null, object text not null, key_epoch integer not null,
  primary key (slice, sha256));
create table evidence (device text references device, sha256 text not null, dseq bigint not null, total integer,
  object text, plain_bytes integer, mime integer, refused text, received_ms bigint, primary key (device, sha256));
create table evidence_part (device text not null, sha256 text not null, at integer not null, bytes bytea not null,
  primary key (device, sha256, at));
`;
