/** Grants whose rows a device said that it holds. Frozen. */
export const id = 400;

export const sql = `
alter table device_wish add column holds_grants text[] not null default '{}';
`;
