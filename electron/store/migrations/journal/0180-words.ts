/**
 * The key of what people wrote and looked for, wrapped under keys that only the working roles hold. From here on
 * columns of other tables may hold sealed texts, which no older program reads. Frozen; imports nothing of ours.
 */
export const JOURNAL_0180 = {
  version: 180,
  script: `
create table word_key (id integer primary key, name blob not null, wrapped blob not null) strict;
`,
} as const;
