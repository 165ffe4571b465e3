/** Which user an enrolment code was made for; null in codes of before. Frozen. */
export const id = 30;

export const sql = `
alter table enrolment add column badge text;
`;
