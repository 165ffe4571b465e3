/** Thresholds of an office's alerts, every policy that ever was. Frozen. */
export const id = 390;

export const sql = `
create table alert_policy (
  office text not null, number integer not null, thresholds text not null, set_ms bigint not null,
  primary key (office, number)
);
`;
