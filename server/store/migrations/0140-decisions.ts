/**
 * Decisions of persons at the centre on commands under review, each looked at by two; audit chains of a device,
 * numbered, where a restored or renewed journal began another one; the key that follows a control key. Frozen.
 * `outbox_proposal` keeps every proposal, also those that nobody confirmed.
 */
export const id = 140;

export const sql = `
create table outbox_proposal (device text references device, dseq bigint not null, code text not null, verdict text not null,
  reason text not null, by_name text not null, at_ms bigint not null, primary key (device, dseq, code));
create table outbox_decision (device text references device, dseq bigint not null, code text not null, verdict text not null,
  reason text not null, proposed_by text not null, confirmed_by text not null, at_ms bigint not null,
  former_reason text, primary key (device, dseq));
create index outbox_review on outbox (received_ms) where verdict = 'needs-review';

alter table audit_page add column chain integer not null default 0;
alter table audit_page drop constraint audit_page_pkey;
alter table audit_page add primary key (device, chain, first);
create table audit_chain (device text references device, chain integer not null, dseq bigint not null, cause text not null,
  begins_seq bigint not null, begins_hash text not null, told_seq bigint, told_hash text,
  former_seq bigint not null, former_hash text not null, accepted_ms bigint not null, primary key (device, chain));

alter table device add column next_control_key bytea;
alter table device add column next_control_spki text;
`;
