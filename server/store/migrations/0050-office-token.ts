/** Whether the office's people must have a U-Key in their keyslot. Frozen. */
export const id = 50;

export const sql = `
alter table office add column asks_token boolean not null default false;
`;
