/** Indexes beside the keys, apart because a first load drops them and builds them at its end. Frozen. */
export const id = 20;

export const sql = `
create index e_company_rseq on e_company (slice, rseq);
create index e_person_rseq on e_person (slice, rseq);
create index e_certificate_rseq on e_certificate (slice, rseq);
create index e_event_rseq on e_event (slice, rseq);
create index e_training_rseq on e_training (slice, rseq);
create index e_exam_rseq on e_exam (slice, rseq);
create index e_attachment_rseq on e_attachment (slice, rseq);
create index e_certificate_holder on e_certificate (c_holder);
create index e_event_certificate on e_event (c_certificate);
create index e_training_person on e_training (c_person);
create index e_exam_person on e_exam (c_person);
create index e_attachment_owner on e_attachment (c_owner, c_owner_type);
create index e_attachment_sha256 on e_attachment (slice, c_sha256);
`;
