import type { Status } from '../../../../../shared/domain/model';
import type { Board, Staff, Trend } from '../../../../../shared/ipc/routes/boards';
import { isoFromDay } from '../../../../../shared/kernel/day';
import type { BoardTable } from '../../../../jobs/package/board/sheet';
import type { Resources } from '../../tables/resources';
import { kindLabel, STATUS_LABELS } from '../labels';

/** A board and what it is held against, as the store answered. */
export interface BoardAnswers {
  readonly board: Board;
  /** Null where the day is not today's: the year before another day is not asked. */
  readonly trend: Trend | null;
  /** Null under a filter that the certified-staff rate does not follow. */
  readonly staff: Staff | null;
  readonly rival: { readonly board: Board; readonly name: string } | null;
}

type Row = BoardTable['rows'][number];
type Column = BoardTable['columns'][number];
const row = (key: string, label: string, values: Row['values']): Row => ({ key, label, values });
const counts = (...headings: readonly string[]): Column[] =>
  headings.map((heading) => ({ heading, format: 'count' }));
const share = (heading: string): Column => ({ heading, format: 'share' });
const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Every figure of a board as tables in official words: what its files hold, number for number. */
export function boardTables(
  { board, trend, staff, rival }: BoardAnswers,
  resources: Resources,
): BoardTable[] {
  return [
    figures(board, staff),
    statuses(board),
    ...(trend === null ? [] : trendTable(trend)),
    calendar(board),
    kinds(board),
    heat(board, 'heat', resources),
    heat(board, 'heat-due', resources),
    regions(board, resources),
    companies(board, resources),
    bodies(board, trend),
    ...(rival === null ? [] : [versus(board, rival)]),
  ].filter(({ rows }) => rows.length > 0);
}

const sumOf = ({ byStatus }: Board, statuses: readonly Status[]): number =>
  statuses.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);

/** The tiles first, in their order on the page. */
function figures(board: Board, staff: Staff | null): BoardTable {
  const { total, within, renewal, unknown } = board;
  const part = (label: string, count: number): Row => row('', label, [count, ratio(count, total)]);
  return {
    id: 'figures',
    title: '主要指标',
    rowHeading: '指标',
    columns: [...counts('数量'), share('占比')],
    rows: [
      row('', '证书总数', [total, null]),
      part('有效', sumOf(board, ['valid'])),
      part('即将到期或应复审', sumOf(board, ['expiring', 'review-due'])),
      part('90 日内应办理', within.d90),
      part('过期或逾期未复审', sumOf(board, ['expired', 'review-overdue'])),
      part('逾期未复审', sumOf(board, ['review-overdue'])),
      row('', '续证率（近一年）', [null, ratio(renewal.renewed, renewal.ended)]),
      ...(staff === null || staff.headcount === 0
        ? []
        : [row('', '持证率', [null, ratio(staff.certified, staff.headcount)])]),
      part('吊销、撤销、注销', sumOf(board, ['revoked', 'withdrawn', 'cancelled'])),
      part('60 日内应办理', within.d60),
      part('30 日内应办理', within.d30),
      part('7 日内应办理', within.d7),
      row('', '近一年到期', [renewal.ended, null]),
      row('', '近一年续证', [renewal.renewed, null]),
      ...(staff === null || staff.headcount === 0
        ? []
        : [
            row('', `填报人数的单位（共 ${staff.companies} 家）`, [staff.stated, null]),
            row('', '其在册人数', [staff.headcount, null]),
            row('', '其持有效证书人数', [staff.certified, null]),
          ]),
      ...(unknown === 0 ? [] : [row('', '当日状态无法确知，未计入', [unknown, null])]),
    ],
    note: '续证率＝近 365 日到期证书中已续证的比例；持证率＝填报人数的单位中持有效证书人数与在册人数之比',
  };
}

function statuses(board: Board): BoardTable {
  const rows = (Object.keys(STATUS_LABELS) as Status[]).flatMap((status) => {
    const count = board.byStatus[status] ?? 0;
    return count === 0
      ? []
      : [row(status, STATUS_LABELS[status], [count, ratio(count, board.total)])];
  });
  const columns = [...counts('证书数'), share('占比')];
  return { id: 'statuses', title: '按状态', rowHeading: '状态', columns, rows, note: '' };
}

function trendTable({ points, staff, unknown }: Trend): BoardTable[] {
  if (points === null) return [];
  return [
    {
      id: 'trend',
      title: '近一年走势（月末）',
      rowHeading: '日期',
      columns: [
        ...counts('证书总数', '有效', '即将到期或应复审', '90 日内应办理', '过期或逾期'),
        ...counts('近一年到期', '近一年续证'),
        share('续证率'),
        ...counts('逾期未复审', '吊销'),
        ...(staff === null ? [] : [share('持证率')]),
      ],
      rows: points.map(({ day, total, valid, soon, due90, expired, ended, renewed, ...more }, n) =>
        row('', isoFromDay(day), [
          total,
          valid,
          soon,
          due90,
          expired,
          ended,
          renewed,
          ratio(renewed, ended),
          more.overdue,
          more.revoked,
          ...(staff === null ? [] : [ratio(staff[n]?.certified ?? 0, staff[n]?.headcount ?? 0)]),
        ]),
      ),
      note:
        unknown === 0
          ? ''
          : `个别月末最多 ${unknown} 张证书当日状态无法确知，未计入；以今日所知为准`,
    },
  ];
}

function calendar(board: Board): BoardTable {
  return {
    id: 'calendar',
    title: '未来 24 个月到期与复审',
    rowHeading: '月份',
    columns: counts('有效期届满', '应复审'),
    rows: board.calendar.map(({ year, month, expiring, reviews }) => {
      const label = `${year}-${String(month).padStart(2, '0')}`;
      return row('', label, [expiring, reviews]);
    }),
    note: `首月自 ${isoFromDay(board.day)} 起`,
  };
}

function kinds(board: Board): BoardTable {
  return {
    id: 'kinds',
    title: '按证书类别',
    rowHeading: '证书类别',
    columns: counts('证书数', '已过期'),
    rows: board.kinds.map(({ kind, total, expired }) =>
      row(kind, kindLabel(kind), [total, expired]),
    ),
    note: '',
  };
}

function heat(board: Board, id: 'heat' | 'heat-due', resources: Resources): BoardTable {
  const cells = id === 'heat' ? board.heat.total : board.heat.due90;
  return {
    id,
    title: id === 'heat' ? '区域 × 行业（证书数）' : '区域 × 行业（90 日内应办理）',
    rowHeading: '区域',
    columns: counts(
      ...board.heat.industries.map((code) =>
        code === 0 ? '其他行业' : (resources.industries.name(code) ?? String(code)).slice(0, 64),
      ),
    ),
    rows: board.heat.regions.map((code, i) =>
      row(code, regionName(code, resources), cells[i] ?? []),
    ),
    note: id === 'heat' ? '颜色越深，90 日内应办理的比例越高' : '',
  };
}

function regions(board: Board, resources: Resources): BoardTable {
  return {
    id: 'regions',
    title: '按区域',
    rowHeading: '区域',
    columns: [...counts('证书数', '已过期', '90 日内应办理'), share('过期率')],
    rows: board.regions.map(({ region, total, expired, due90 }) =>
      row(region, regionName(region, resources), [total, expired, due90, ratio(expired, total)]),
    ),
    note: '',
  };
}

function companies(board: Board, resources: Resources): BoardTable {
  return {
    id: 'companies',
    title: '风险单位（前 20）',
    rowHeading: '单位',
    columns: counts('证书数', '90 日内应办理', '已过期'),
    rows: board.companies.map(({ name, region, total, due90, expired }) =>
      row(region, name === '' ? `（无名称，${regionName(region, resources)}）` : name, [
        total,
        due90,
        expired,
      ]),
    ),
    note: '按 90 日内应办理与已过期之和排序',
  };
}

function bodies(board: Board, trend: Trend | null): BoardTable {
  const exams = new Map(trend?.exams.map((one) => [one.body, one]));
  return {
    id: 'bodies',
    title: '培训机构（前 20）',
    rowHeading: '培训机构',
    columns: [
      ...counts('证书数', '近一年到期', '近一年续证'),
      share('续证率'),
      ...(trend === null ? [] : [...counts('考试人次', '合格人次'), share('合格率')]),
    ],
    rows: board.bodies.map(({ id, name, total, ended, renewed }) => {
      const known = exams.get(id);
      const [taken, passed] = [known?.exams ?? 0, known?.passed ?? 0];
      const own = [total, ended, renewed, ratio(renewed, ended)];
      return row('', name, trend === null ? own : [...own, taken, passed, ratio(passed, taken)]);
    }),
    note: '合格率只按证书类别筛选',
  };
}

function versus(board: Board, rival: NonNullable<BoardAnswers['rival']>): BoardTable {
  const lines: readonly (readonly [string, (one: Board) => number])[] = [
    ['证书总数', ({ total }) => total],
    ['有效', (one) => sumOf(one, ['valid'])],
    ['90 日内应办理', ({ within }) => within.d90],
    ['过期或逾期未复审', (one) => sumOf(one, ['expired', 'review-overdue'])],
    ['近一年到期', ({ renewal }) => renewal.ended],
    ['近一年续证', ({ renewal }) => renewal.renewed],
  ];
  return {
    id: 'rival',
    title: '对比',
    rowHeading: '指标',
    columns: counts('本看板', rival.name.slice(0, 64), '相差'),
    rows: lines.map(([label, of]) => {
      const [mine, theirs] = [of(board), of(rival.board)];
      return row('', label, [mine, theirs, mine - theirs]);
    }),
    note: rival.board.unknown > 0 ? `对比一方有 ${rival.board.unknown} 张当日状态无法确知` : '',
  };
}

const regionName = (code: string, { regions: table }: Resources): string =>
  (table.fullName(code) ?? code).slice(0, 256);
