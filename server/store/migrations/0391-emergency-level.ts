/** Emergency levels of offices, and by which order a device was told of which. Frozen. */
export const id = 391;

export const sql = `
create table emergency_level (
  office text not null references office, number integer not null, level integer not null, reason text not null,
  endpoints jsonb not null, set_ms bigint not null, primary key (office, number)
);
create table emergency_level_told (
  device text not null, number integer not null, directive text not null, primary key (device, directive)
);
`;
