import type { Migration } from '../../migrations/migration';

/** A long migration of a slice of version 10: many small parts, each row changed exactly once. */
export const LONG = {
  version: 9002,
  script: `alter table certificate add column "extra" integer;
    alter table training add column "extra" integer;`,
  steps: [
    {
      text: 'update certificate set "extra" = coalesce("extra", 0) + "validTo" where id in (select id from certificate where "extra" is null limit 3)',
      left: 'select count(*) from certificate where "extra" is null',
    },
    {
      text: 'update training set "extra" = coalesce("extra", 0) + "hours" where id in (select id from training where "extra" is null limit 3)',
      left: 'select count(*) from training where "extra" is null',
    },
  ],
  finish: 'create index training_extra on training("extra")',
} satisfies Migration;

/** The steps before it. */
export const QUICK: Migration = {
  version: 9001,
  script: 'alter table exam add column "extra" text',
};
