/**
 * Codes on documents that left an office, each with the command that told of it; the command's verdict says how it
 * stands. A code that two devices tell of is kept twice. Frozen.
 */
export const id = 340;

export const sql = `
create table verification_code (code text not null, device text not null references device, dseq bigint not null,
  kind text not null, trace text not null, count bigint not null, made_ms bigint not null, manifest_sha256 text,
  package_sha256 text, primary key (code, device, dseq));
`;
