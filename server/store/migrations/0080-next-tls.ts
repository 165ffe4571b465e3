/** The key of a renewed device certificate, until it was used for the first time. Frozen. */
export const id = 80;

export const sql = `
alter table device add column next_tls_spki text unique;
alter table device add column next_serial text;
`;
