/** Certificates that persons signed with, and the user agreements that they signed. Frozen. */
export const id = 200;

export const sql = `
create table signer (office text not null, user_id text not null, certificate text not null, subject text not null,
  not_after_ms bigint not null, first_ms bigint not null, primary key (office, user_id, certificate));
create table agreement (office text not null, user_id text not null, version text not null, certificate text not null,
  at_ms bigint not null, received_ms bigint not null, signed text not null, primary key (office, user_id, version));
`;
