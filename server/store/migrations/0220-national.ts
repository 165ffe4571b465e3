/** Publications of the national status filter, and what look-ups by a whole number go by. Frozen. */
export const id = 220;

/** Apart, because a first load is made without them. */
export const indexSql = `
create index person_id_number on e_person (p_id_number);
create index certificate_number on e_certificate (c_number);
create index certificate_sealed_number on e_certificate (p_number);
create index certificate_id on e_certificate (id);
`;

export const sql = `
create table national (seq bigint primary key, made_ms bigint not null, statement text not null, filter bytea not null);
${indexSql}
`;
