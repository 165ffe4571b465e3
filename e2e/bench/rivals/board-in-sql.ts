import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { raw, sql } from '../../../electron/store/sql/tag';
import { openReadable } from '../../../electron/store/sqlcipher';
import { kindCode } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import type { EnrolledDesk } from '../real/desk';

/** The board by SQL on the store's own encrypted file. */
export interface SqlBoard {
  /** Every figure of the board under one filter, one GROUP BY each; answers the groups. */
  query(filter: Filter): number;
  close(): void;
}

/** By the dates alone, without the rules' stages: less than the board does. */
const FIGURES = [
  `select "baseStatus", "validTo" < $today, count(*) from rows group by 1, 2`,
  `select sum("validTo" between $today and $today + 7), sum("validTo" between $today and $today + 30),
    sum("validTo" between $today and $today + 60), sum("validTo" between $today and $today + 90) from rows`,
  `select count(*) from rows where "baseStatus" = 1 and "validTo" < $today and "validTo" >= $today - 365`,
  `select ("validTo" - $today) / 30, count(*) from rows
    where "baseStatus" = 1 and "validTo" between $today and $today + 730 group by 1`,
  `select ("reviewDue" - $today) / 30, count(*) from rows
    where "baseStatus" = 1 and "reviewDue" between $today and $today + 730 group by 1`,
  `select "region", "industry", count(*), sum("validTo" between $today and $today + 90) from rows group by 1, 2`,
  `select "kind", count(*), sum("validTo" < $today) from rows group by 1`,
  `select "region", count(*), sum("validTo" < $today), sum("validTo" between $today and $today + 90)
    from rows group by 1`,
  `select "company", count(*), sum("validTo" < $today) as e, sum("validTo" between $today and $today + 90) as d
    from rows where "company" is not null group by 1 order by d + e desc limit 20`,
];

function whereOf(filter: Filter): string {
  const list = (values: readonly (string | number)[]): string => values.join(',');
  const parts = [
    ...(filter.regions
      ? [`(${filter.regions.map((one) => `"region" like '${one}%'`).join(' or ')})`]
      : []),
    ...(filter.industries ? [`"industry" in (${list(filter.industries)})`] : []),
    ...(filter.kinds ? [`"kind" in (${list(filter.kinds.map(kindCode))})`] : []),
    ...(filter.validToFrom === undefined ? [] : [`"validTo" >= ${filter.validToFrom}`]),
    ...(filter.validToUntil === undefined ? [] : [`"validTo" <= ${filter.validToUntil}`]),
  ];
  return parts.length === 0 ? '1' : parts.join(' and ');
}

/** Filters by status are not asked: the file has none. */
export function openSqlBoard({ paths, keys }: EnrolledDesk, today: number): SqlBoard {
  const [file] = readdirSync(paths.officeDir).filter((name) => /^slice.*\.db$/.test(name));
  if (file === undefined) throw new Error('no slice');
  const db = openReadable({ path: join(paths.officeDir, file), key: keys.copy('slice') });
  return {
    query(filter) {
      const where = whereOf(filter);
      return FIGURES.reduce((groups, figure) => {
        const text = figure
          .replace('from rows', `from (select * from certificate where ${where}) rows`)
          .replaceAll('$today', String(today));
        return groups + db.all(sql`${raw(text)}`).length;
      }, 0);
    },
    close: () => db.close(),
  };
}
