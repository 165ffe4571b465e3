/**
 * First schema. Frozen: a change is a further migration.
 *
 * - `slice`: one per region. `head` is the region's rseq. Every writing transaction updates this row
 *   before anything else and so holds its lock until it commits: numbers are given in commit order,
 *   and whoever reads `head` sees every change up to it. (A PostgreSQL sequence gives numbers in
 *   statement order: a reader could pass a number whose transaction commits later, and lose it.)
 * - `e_*`: the rows. `rseq` is the row's last change, `born` its arrival in the slice: net changes are
 *   simply the rows above a cursor. `leaf` is its digest leaf.
 * - `change_log`: which columns an update of an existing row changed, for patches. `mask` has the bits
 *   of the public columns in wire order; -1: a whole row has to be sent.
 * - `departure`: rows that left the slice.
 * - `digest_node`: sparse radix tree, level 0 = buckets of 64 ids, level 8 = root.
 */
export const id = 10;

const HEAD = `slice integer not null, id bigint not null, rev integer not null,
  rseq bigint not null, born bigint not null, leaf bytea not null`;
const KEY = 'primary key (slice, id)';

export const sql = `
create table slice (
  code integer primary key, epoch text not null, head bigint not null, key_epoch integer not null,
  keys bytea not null);
create table slice_count (slice integer, entity smallint, rows bigint not null, primary key (slice, entity));
create table id_space (entity smallint primary key, next_block bigint not null);
insert into id_space select entity, 1 from generate_series(1, 7) entity;
create table id_range (slice integer, entity smallint, next_id bigint not null, end_id bigint not null, primary key (slice, entity));

create table e_company (${HEAD}, c_name text not null, c_uscc text not null, c_industry integer not null,
  c_region integer not null, c_staffing jsonb not null, c_ext jsonb, ${KEY});
create table e_person (${HEAD}, c_name text not null, c_sex integer not null, c_company bigint, c_photo bigint, c_ext jsonb,
  p_id_type integer not null, p_id_number text not null, p_phone text, ${KEY});
create table e_certificate (${HEAD}, c_kind integer not null, c_category integer, c_number_form integer not null,
  c_number text, c_holder bigint not null, c_company bigint, c_issuer integer not null, c_region integer not null,
  c_industry integer not null, c_first_issue integer not null, c_valid_from integer not null, c_valid_to integer not null,
  c_review_due integer, c_review_done integer, c_base_status integer not null, c_status_reason text,
  c_status_day integer, c_body integer, c_source integer not null, c_ext jsonb, p_number text, ${KEY});
create table e_event (${HEAD}, c_certificate bigint not null, c_seq integer not null, c_type integer not null,
  c_day integer not null, c_by integer not null, c_document text, c_valid_to integer, c_review_due integer,
  c_region integer, c_note text, ${KEY});
create table e_training (${HEAD}, c_person bigint not null, c_certificate bigint, c_kind integer not null,
  c_category integer, c_course integer not null, c_hours integer not null, c_day integer not null, c_body integer not null, ${KEY});
create table e_exam (${HEAD}, c_person bigint not null, c_kind integer not null, c_category integer, c_day integer not null,
  c_theory integer not null, c_practice integer, c_passed integer not null, c_attempt integer not null, c_body integer not null, ${KEY});
create table e_attachment (${HEAD}, c_owner_type integer not null, c_owner bigint not null, c_kind integer not null,
  c_sha256 text not null, c_bytes integer not null, c_mime integer not null, ${KEY});

create table change_log (slice integer, entity smallint, id bigint, rseq bigint, rev integer not null, mask integer not null,
  primary key (slice, entity, id, rseq));
create table departure (slice integer, entity smallint, id bigint, rseq bigint not null,
  reason smallint not null, moved_to integer not null, day integer not null, primary key (slice, entity, id));
create index departure_rseq on departure (slice, rseq);
create table digest_node (slice integer, entity smallint, level smallint, idx bigint, hash bytea not null,
  primary key (slice, entity, level, idx));

create table checkpoint (slice integer, epoch text, rseq bigint, roots jsonb not null, counts jsonb not null,
  primary key (slice, epoch, rseq));
create table manifest (slice integer, serial bigint, epoch text not null, base_rseq bigint not null, envelope jsonb not null,
  sha256 text not null, created_ms bigint not null, primary key (slice, serial));
create table object (sha256 text, slice integer, kind text not null, bytes integer not null, primary key (sha256, slice));

create table office (code text primary key, name text not null, slice integer not null references slice, is_practice boolean not null);
create table office_user (office text references office, user_id text, badge text not null, name text not null, role text not null,
  primary key (office, user_id), unique (office, badge));
create table enrolment (secret_hash text primary key, office text not null references office, expires_ms bigint not null,
  used_ms bigint, device text);
create table device (id text primary key, office text not null references office, name text not null, program text not null,
  tls_spki text not null unique, box_key bytea not null, sign_key bytea not null, serial text not null, status text not null,
  enrolled_ms bigint not null, seen_ms bigint);
create table outbox (device text references device, dseq bigint, key text not null unique, kind text not null, actor text not null,
  base integer, payload text not null, at_ms bigint not null, received_ms bigint not null, hash text not null, verdict text not null,
  reason text, primary key (device, dseq));

create function digest_refresh(p_table text, p_slice integer, p_entity smallint, p_buckets bigint[]) returns void
language plpgsql set enable_seqscan to off as $$
declare
  touched bigint[] := p_buckets;
begin
  delete from digest_node where slice = p_slice and entity = p_entity and level = 0 and idx = any(touched);
  execute format('insert into digest_node (slice, entity, level, idx, hash)
    select $1, $2, 0, made.idx, made.hash from (
      select b.idx, (select sha256(string_agg(r.leaf, ''''::bytea)) from (
        select leaf from %I where slice = $1 and id >= b.idx * 64 and id < b.idx * 64 + 64 order by id) r) as hash
      from unnest($3::bigint[]) b(idx)) made
    where made.hash is not null', p_table) using p_slice, p_entity, touched;
  for at_level in 1..8 loop
    touched := array(select distinct b.idx / 64 from unnest(touched) b(idx));
    delete from digest_node where slice = p_slice and entity = p_entity and level = at_level and idx = any(touched);
    insert into digest_node (slice, entity, level, idx, hash)
      select p_slice, p_entity, at_level, made.idx, made.hash from (
        select b.idx, (select sha256(string_agg(int8send(r.idx) || r.hash, ''::bytea)) from (
          select n.idx, n.hash from digest_node n where n.slice = p_slice and n.entity = p_entity and n.level = at_level - 1
            and n.idx >= b.idx * 64 and n.idx < b.idx * 64 + 64 order by n.idx) r) as hash
        from unnest(touched) b(idx)) made
      where made.hash is not null;
  end loop;
end $$;
`;
