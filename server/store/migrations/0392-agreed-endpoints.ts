/** Addresses that two administrators agreed bundles may bring to devices. Frozen. */
export const id = 392;

export const sql = `
create table agreed_endpoint (address text primary key, act text not null, agreed_ms bigint not null);
`;
