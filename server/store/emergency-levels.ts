import { EMERGENCY_LEVELS, type EmergencyLevel } from '../../shared/domain/emergency/levels';
import { BackupEndpointsSchema } from '../../shared/protocol/emergency-level';
import type { SqlRow, SqlRunner } from './sql-client';

/** A level of an office; levels are numbered from 1, the highest number holds. */
export interface OfficeLevel {
  readonly number: number;
  readonly level: EmergencyLevel;
  readonly reason: string;
  readonly endpoints: readonly string[];
  /** UTC ms. */
  readonly setMs: number;
}

/** A level with how far its devices are: that carried the order out, and that have not answered or refused. */
export interface LevelStandingRow extends OfficeLevel {
  readonly done: number;
  readonly open: number;
}

const COLUMNS = 'l.number, l.level, l.reason, l.endpoints, l.set_ms::double precision as set_ms';

function levelOf(row: SqlRow): OfficeLevel {
  const level = EMERGENCY_LEVELS.find((one) => one === Number(row.level));
  if (level === undefined) throw new RangeError(`no level ${row.level}`);
  const endpoints = BackupEndpointsSchema.parse(row.endpoints);
  return {
    ...{ number: Number(row.number), level, reason: String(row.reason) },
    ...{ endpoints, setMs: Number(row.set_ms) },
  };
}

/** The level that holds, until the transaction ends nobody sets another; undefined where none ever was. */
export async function holdLevel(
  runner: SqlRunner,
  office: string,
): Promise<OfficeLevel | undefined> {
  await runner.query('select code from office where code = $1 for update', [office]);
  return newestLevel(runner, office);
}

export async function newestLevel(
  runner: SqlRunner,
  office: string,
): Promise<OfficeLevel | undefined> {
  const [row] = await runner.query(
    `select ${COLUMNS} from emergency_level l where l.office = $1 order by l.number desc limit 1`,
    [office],
  );
  return row && levelOf(row);
}

export async function addLevel(
  runner: SqlRunner,
  office: string,
  { number, level, reason, endpoints, setMs }: OfficeLevel,
): Promise<void> {
  await runner.query(
    'insert into emergency_level (office, number, level, reason, endpoints, set_ms) values ($1, $2, $3, $4, $5, $6)',
    [office, number, level, reason, JSON.stringify(endpoints), setMs],
  );
}

export async function addLevelTold(
  runner: SqlRunner,
  device: string,
  number: number,
  directive: string,
): Promise<void> {
  await runner.query(
    'insert into emergency_level_told (device, number, directive) values ($1, $2, $3)',
    [device, number, directive],
  );
}

/** True where the device was ordered this level, and did not refuse it for coming late. */
export async function isLevelTold(
  runner: SqlRunner,
  device: string,
  number: number,
): Promise<boolean> {
  const rows = await runner.query(
    `select 1 from emergency_level_told t
     left join control_receipt r on r.device = t.device and r.directive = t.directive
     where t.device = $1 and t.number = $2
       and (r.outcome is distinct from 'refused' or r.receipt->>'reason' not in ('expired', 'order')) limit 1`,
    [device, number],
  );
  return rows.length > 0;
}

/** True where the device was ever ordered a level: only then a lift means anything to it. */
export async function wasLevelTold(runner: SqlRunner, device: string): Promise<boolean> {
  const rows = await runner.query('select 1 from emergency_level_told where device = $1 limit 1', [
    device,
  ]);
  return rows.length > 0;
}

/** Levels of an office, the newest first. */
export async function listLevels(
  runner: SqlRunner,
  office: string,
): Promise<readonly LevelStandingRow[]> {
  const rows = await runner.query(
    `select ${COLUMNS}, count(*) filter (where r.outcome = 'done')::int as done,
       count(t.directive) filter (where r.outcome is distinct from 'done')::int as open
     from emergency_level l
     left join (emergency_level_told t join device d on d.id = t.device) on t.number = l.number and d.office = l.office
     left join control_receipt r on r.device = t.device and r.directive = t.directive
     where l.office = $1 group by l.office, l.number order by l.number desc limit 100`,
    [office],
  );
  return rows.map((row) => ({ ...levelOf(row), done: Number(row.done), open: Number(row.open) }));
}
