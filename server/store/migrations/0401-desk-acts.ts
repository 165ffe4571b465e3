/** What a desk's signing window showed of an act, where the signature is over that. Frozen. */
export const id = 401;

export const sql = `
alter table admin_act add column request_intent text;
alter table admin_act add column countersign_intent text;
`;
