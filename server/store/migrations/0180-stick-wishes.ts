/** What a device asked for with its last outgoing bundle: which pictures, and whether its slice wants mending. Frozen. */
export const id = 180;

export const sql = `
create table device_wish (device text primary key references device, told_ms bigint not null, reads integer not null,
  pictures bigint[] not null, picture_bytes bigint not null, needs_whole boolean not null);
`;
