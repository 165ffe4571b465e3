/** When a person ceased to be of an office: no role is stated from then on, and what they did stays theirs. Frozen. */
export const id = 406;

export const sql = `
alter table office_user add column ended_ms bigint;
`;
