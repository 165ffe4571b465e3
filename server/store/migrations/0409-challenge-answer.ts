/** The ticket with which a right code was answered: the same code, given again because the answer was lost, gets the same. Frozen. */
export const id = 409;

export const sql = `
alter table export_challenge add column answer text;
`;
