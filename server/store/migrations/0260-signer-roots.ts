/** Authorities whose signing certificates count. Frozen. */
export const id = 260;

export const sql = `
create table signer_root (sha256 text primary key, der bytea not null, added_ms bigint not null);
`;
