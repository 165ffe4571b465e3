/** What a figure has to be: a limit for the value, for its ratio to the rival, or both. */
export interface Goal {
  readonly unit: string;
  readonly value?: Limit;
  readonly ratio?: Limit;
}
export type Limit = { readonly atLeast: number } | { readonly atMost: number };

const atLeast = (limit: number): Limit => ({ atLeast: limit });
const atMost = (limit: number): Limit => ({ atMost: limit });

/** Every metric that has a goal. A metric that is not here is reported without one. */
const GOALS: Readonly<Record<string, Goal>> = {
  'sync.first.rows_per_s': { unit: 'rows/s', value: atLeast(20_000), ratio: atLeast(0.6) },
  'sync.first.exact_ready.rows_per_s': {
    unit: 'rows/s',
    value: atLeast(40_000),
    ratio: atLeast(0.5),
  },
  'sync.peer.pouchdb': { unit: 'rows/s', ratio: atLeast(5) },
  'sync.peer.rxdb': { unit: 'rows/s' },
  'sync.first.bytes_per_row': { unit: 'B/row', ratio: atMost(1.1) },
  'sync.delta.bytes_per_change': { unit: 'B/change', value: atMost(45), ratio: atMost(1.5) },
  'sync.tiers.bytes_per_change': { unit: 'B/change', value: atMost(35), ratio: atMost(1.5) },
  'sync.away.bytes_per_change': { unit: 'B/change', value: atMost(45) },
  'sync.away.rows_per_s': { unit: 'rows/s' },
  'sync.verify.quick_rows_per_s': { unit: 'rows/s', value: atLeast(150_000) },
  'sync.verify.deep_rows_per_s': { unit: 'rows/s', value: atLeast(15_000) },
  'sync.repair.bytes_one_row': { unit: 'B', value: atMost(10_000) },
  'sync.rss_mb': { unit: 'MB', value: atMost(300) },
  'sync.search_stall_ms': { unit: 'ms', value: atMost(16) },
  'sync.search_beside.max_ms': { unit: 'ms', value: atMost(16) },
  'sync.search_beside_load.max_ms': { unit: 'ms', value: atMost(16) },
  'store.insert': { unit: 'rows/s', ratio: atLeast(0.75) },
  'store.lookup': { unit: 'µs', ratio: atMost(2) },
  'store.scan': { unit: 'ms', ratio: atMost(2) },
  'store.selfcheck.mb_per_s': { unit: 'MB/s', value: atLeast(100), ratio: atLeast(0.3) },
  'store.rekey.mb_per_s': { unit: 'MB/s', value: atLeast(20), ratio: atLeast(0.3) },
  'store.reseal.rows_per_s': { unit: 'rows/s', value: atLeast(5_000) },
  'store.seal': { unit: 'rows/s', ratio: atLeast(0.8) },
  'store.seal.same_searches': { unit: 'rows/s', ratio: atLeast(0.8) },
  'unlock.ms': { unit: 'ms', value: atMost(1_000) },
  'search.exact.p95_ms': { unit: 'ms', value: atMost(2), ratio: atMost(1.5) },
  'search.name.p95_ms': { unit: 'ms', value: atMost(16), ratio: atMost(1.5) },
  'search.fuzzy.p95_ms': { unit: 'ms', value: atMost(50), ratio: atMost(1.5) },
  'search.suggest.p95_ms': { unit: 'ms', value: atMost(16), ratio: atMost(1.5) },
  'search.typing.longest_task_ms': { unit: 'ms', value: atMost(50) },
  'search.typing.key_to_pixels.p95_ms': { unit: 'ms', value: atMost(100) },
  'verify.rows_per_s': { unit: 'rows/s', value: atLeast(5_000) },
  'verify.refusal.longest_ms': { unit: 'ms', value: atMost(1_000) },
  'verify.page.rows_per_s': { unit: 'rows/s', value: atLeast(5_000) },
  'verify.page.longest_task_ms': { unit: 'ms', value: atMost(50) },
  'boards.filter.p95_ms': { unit: 'ms', value: atMost(50), ratio: atMost(1) },
  'boards.build.ms': { unit: 'ms', value: atMost(1_500) },
  'boards.rss_mb': { unit: 'MB', value: atMost(64) },
  'boards.trend.ms': { unit: 'ms' },
  'boards.filter.against_sql.median_ms': { unit: 'ms', ratio: atMost(1) },
  'boards.beside_trend.max_ms': { unit: 'ms', value: atMost(100) },
  'boards.beside_forecast.max_ms': { unit: 'ms', value: atMost(100) },
  'boards.click_to_pixels.p95_ms': { unit: 'ms', value: atMost(100) },
  'boards.click_to_pixels.beside_sync.p95_ms': { unit: 'ms', value: atMost(100) },
  'boards.click.longest_task_ms': { unit: 'ms', value: atMost(50) },
  'boards.forecast.ms': { unit: 'ms', value: atMost(10_000) },
  'exports.seconds': { unit: 's', value: atMost(60) },
  'exports.rss_rise_mb': { unit: 'MB', value: atMost(250) },
  'exports.verify.mb_per_s': { unit: 'MB/s' },
  ...Object.fromEntries(
    ['pkcs11', 'skf', 'training', 'pcsc-piv', 'ccid-piv'].flatMap((driver) => [
      [`sign.ratio.${driver}`, { unit: 'ms', ratio: atMost(1.2) }],
      [`sign.ratio.${driver}.token_60ms`, { unit: 'ms', ratio: atMost(1.2) }],
      [`sign.added_ms.${driver}`, { unit: 'ms' }],
    ]),
  ),
  'backup.restore_s': { unit: 's', value: atMost(180) },
  'backup.full.mb_per_s': { unit: 'MB/s' },
  'backup.incremental.bytes': { unit: 'B' },
  'start.window': { unit: 'ms', ratio: atMost(2) },
  'start.unlock_page': { unit: 'ms', ratio: atMost(2) },
  'start.installed': { unit: 'ms', value: atMost(2_000) },
  'policy.recompute_s': { unit: 's', value: atMost(10) },
  'server.p95_ms': { unit: 'ms', value: atMost(2_000) },
  'server.errors': { unit: 'errors', value: atMost(0) },
  'update.bytes_ratio': { unit: '×', value: atMost(0.02) },
  'update.cut.waste': { unit: '×', value: atMost(1.05) },
  'update.verify': { unit: 'ms' },
  'update.put_in_place': { unit: 'ms' },
};

export function goalOf(metric: string): Goal | undefined {
  return Object.hasOwn(GOALS, metric) ? GOALS[metric] : undefined;
}

function isWithin(limit: Limit | undefined, value: number | null): boolean {
  if (limit === undefined) return true;
  if (value === null || !Number.isFinite(value)) return false;
  return 'atLeast' in limit ? value >= limit.atLeast : value <= limit.atMost;
}

/** Whether a figure reaches its goal; a limit on a ratio is not reached without a rival. */
export function isReached(goal: Goal, value: number, ratio: number | null): boolean {
  return isWithin(goal.value, value) && isWithin(goal.ratio, ratio);
}

function limitText(limit: Limit): string {
  return 'atLeast' in limit ? `≥ ${limit.atLeast}` : `≤ ${limit.atMost}`;
}

/** The goal in words, as the table prints it. */
export function goalText(goal: Goal): string {
  return [
    ...(goal.value === undefined ? [] : [limitText(goal.value)]),
    ...(goal.ratio === undefined ? [] : [`ratio ${limitText(goal.ratio)}`]),
  ].join(', ');
}
