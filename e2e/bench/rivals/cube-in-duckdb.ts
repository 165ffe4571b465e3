import { DuckDBInstance } from '@duckdb/node-api';
import { kindCode } from '../../../shared/domain/model';
import type { StatusInput } from '../../../shared/domain/policy/evaluate-status';
import { evaluateStatus } from '../../../shared/domain/policy/evaluate-status';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import type { Filter } from '../../../shared/ipc/common';
import type { CoreCertificate } from '../real/core-rows';

/** The board in DuckDB: the same rows, with status and days left already worked out for it. */
export interface DuckBoard {
  /** Every figure of the board under one filter, one query each, as DuckDB does them best. */
  query(filter: Filter): Promise<number>;
  close(): void;
}

const TABLE = `create table certificate (id bigint, kind utinyint, category usmallint, region integer,
  industry utinyint, validTo integer, reviewDue integer, company bigint, base utinyint, status varchar,
  daysLeft integer)`;

/** The figures of the board: totals, dates, calendar, heat, kinds, regions, companies. */
const FIGURES = [
  `select status, count(*) from rows group by status`,
  `select count(*) filter (daysLeft <= 7), count(*) filter (daysLeft <= 30),
    count(*) filter (daysLeft <= 60), count(*) filter (daysLeft <= 90) from rows`,
  `select count(*) from rows where base = 1 and validTo < $today and validTo >= $today - 365`,
  `select (validTo - $today) // 30 as m, count(*) from rows
    where base = 1 and validTo between $today and $today + 730 group by m`,
  `select (reviewDue - $today) // 30 as m, count(*) from rows
    where base = 1 and reviewDue between $today and $today + 730 group by m`,
  `select region, industry, count(*), count(*) filter (daysLeft <= 90) from rows group by region, industry`,
  `select kind, count(*), count(*) filter (status = 'expired') from rows group by kind`,
  `select region, count(*), count(*) filter (status = 'expired'), count(*) filter (daysLeft <= 90)
    from rows group by region`,
  `select company, count(*), count(*) filter (status = 'expired') as e, count(*) filter (daysLeft <= 90) as d
    from rows where company is not null group by company order by d + e desc limit 20`,
];

function whereOf(filter: Filter): string {
  const parts: string[] = [];
  const list = (values: readonly (string | number)[]) => values.join(',');
  if (filter.regions)
    parts.push(`(${filter.regions.map((r) => `region::varchar like '${r}%'`).join(' or ')})`);
  if (filter.industries) parts.push(`industry in (${list(filter.industries)})`);
  if (filter.kinds) parts.push(`kind in (${list(filter.kinds.map(kindCode))})`);
  if (filter.statuses) parts.push(`status in (${list(filter.statuses.map((s) => `'${s}'`))})`);
  if (filter.validToFrom !== undefined) parts.push(`validTo >= ${filter.validToFrom}`);
  if (filter.validToUntil !== undefined) parts.push(`validTo <= ${filter.validToUntil}`);
  return parts.length === 0 ? 'true' : parts.join(' and ');
}

function statusInput(row: CoreCertificate): StatusInput {
  const { validFrom, validTo, reviewDue } = row;
  const baseStatus = row.baseStatus as StatusInput['baseStatus'];
  return { validFrom, validTo, baseStatus, ...(reviewDue === null ? {} : { reviewDue }) };
}

export async function openDuckBoard(
  rows: readonly CoreCertificate[],
  pack: RulePack,
  today: number,
): Promise<DuckBoard> {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(TABLE);
  const appender = await db.createAppender('certificate');
  const optional = (value: number | null, append: (value: number) => void) =>
    value === null ? appender.appendNull() : append(value);
  for (const row of rows) {
    const { status, daysLeft } = evaluateStatus(statusInput(row), today, pack);
    appender.appendBigInt(BigInt(row.id));
    appender.appendUTinyInt(row.kind);
    optional(row.category, (value) => appender.appendUSmallInt(value));
    appender.appendInteger(row.region);
    appender.appendUTinyInt(row.industry);
    appender.appendInteger(row.validTo);
    optional(row.reviewDue, (value) => appender.appendInteger(value));
    optional(row.company, (value) => appender.appendBigInt(BigInt(value)));
    appender.appendUTinyInt(row.baseStatus);
    appender.appendVarchar(status);
    appender.appendInteger(daysLeft);
    appender.endRow();
  }
  appender.closeSync();
  return {
    async query(filter) {
      const where = whereOf(filter);
      let groups = 0;
      for (const figure of FIGURES) {
        const text = figure
          .replace('from rows', `from (select * from certificate where ${where}) rows`)
          .replaceAll('$today', String(today));
        groups += (await db.runAndReadAll(text)).currentRowCount;
      }
      return groups;
    },
    close() {
      db.closeSync();
      instance.closeSync();
    },
  };
}
