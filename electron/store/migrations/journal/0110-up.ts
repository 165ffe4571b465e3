/**
 * What a person wrote in a command, readable here until the server has taken it (the command itself is
 * sealed to the server), and the work items that refused commands become. Frozen; imports nothing of ours.
 */
export const JOURNAL_0110 = {
  version: 110,
  script: `
create table outbox_draft (dseq integer primary key, payload text not null) strict;
create table work_item (
  dseq integer primary key, kind text not null, actor text not null, verdict text not null, reason text,
  payload text, madeMs integer not null, judgedMs integer not null,
  state text not null, settledMs integer, settledBy text, note text, successor integer
) strict;
create index work_item_open on work_item(judgedMs) where state = 'open';
insert into work_item
  select dseq, kind, actor, verdict, reason, null, atMs, coalesce(receiptMs, atMs), 'open', null, null, null, null
  from outbox where verdict in ('rejected', 'needs-review');
`,
} as const;
