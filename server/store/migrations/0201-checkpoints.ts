/** Ends of audit chains that U-Keys signed. Frozen. */
export const id = 201;

export const sql = `
create table audit_checkpoint (device text not null references device, seq bigint not null, head text not null,
  user_id text not null, certificate text not null, subject text not null, at_ms bigint not null,
  received_ms bigint not null, signed text not null, primary key (device, seq, head));
`;
