/** Who destroyed former keys of a region, and why. Frozen. */
export const id = 395;

export const sql = `
alter table region_key add column destroyed_by text;
alter table region_key add column destroyed_reason text;
`;
