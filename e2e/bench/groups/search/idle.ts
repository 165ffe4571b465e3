import { eachMs, median, percentile, timeMs } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { OpenDesk } from '../../real/desk';
import type { BenchOffice } from '../../real/office';
import type { PlainSearch } from '../../rivals/plain-search';

const INPUTS = 100;
/** A scan of every name takes its time at a million rows; its figure needs no more. */
const SCANS = 20;
const COLD_RUNS = 3;

const listed = (open: OpenDesk, text: string) =>
  open.ask('search.query', { text, filter: {}, offset: 0, limit: 50 });

/** Nothing else running: names against the scan that whoever has no index does, and the last page of everything. */
export async function searchIdle(
  report: Report,
  office: BenchOffice,
  open: OpenDesk,
  plain: PlainSearch,
): Promise<void> {
  const names = office.texts.name.slice(0, INPUTS);
  const scans = await eachMs(names.slice(0, SCANS), (text) => plain.scan(text));
  const scan = { name: 'plain SQLite, LIKE over all names', value: percentile(scans, 0.95) };
  const ours = await eachMs(names, (text) => listed(open, text));
  report.add('search.name.idle.p95_ms', percentile(ours, 0.95), scan, 'ms');
  // By the store's own clock, as beside a synchronisation.
  for (const kind of ['exact', 'suggest'] as const) {
    const took: number[] = [];
    for (const text of office.texts[kind].slice(0, INPUTS)) {
      const asked = kind === 'suggest' ? open.ask('search.suggest', { text }) : listed(open, text);
      took.push((await asked).tookMs);
    }
    report.add(`search.${kind}.idle.p95_ms`, percentile(took, 0.95), null, 'ms');
    report.note(`${kind}, nothing else running: median ${median(took).toFixed(2)} ms in the store`);
  }
  const fuzzy = await eachMs(office.texts.fuzzy.slice(0, INPUTS), (text) => listed(open, text));
  report.add('search.fuzzy.idle.p95_ms', percentile(fuzzy, 0.95), null, 'ms');
  const { total } = await listed(open, '');
  const last = { text: '', filter: {}, offset: Math.max(0, total - 100), limit: 100 };
  const deep = await eachMs(
    Array.from({ length: 20 }, (_, i) => ({ ...last, offset: Math.max(0, last.offset - i) })),
    (input) => open.ask('search.query', input),
  );
  report.add('search.last_page.p95_ms', percentile(deep, 0.95), null, 'ms');
}

/** From a store process that has just been started: its first exact look-up, and its first name. */
export async function searchCold(report: Report, office: BenchOffice): Promise<void> {
  const exact: number[] = [];
  const name: number[] = [];
  for (let run = 0; run < COLD_RUNS; run++) {
    const open = await OpenDesk.open(office.desk, false);
    try {
      exact.push(await timeMs(() => listed(open, office.texts.exact[run] ?? '')));
      name.push(await timeMs(() => listed(open, office.texts.name[run] ?? '')));
    } finally {
      await open.close();
    }
  }
  report.add('search.exact.cold_ms', median(exact), null, 'ms');
  report.add('search.name.cold_ms', median(name), null, 'ms');
  report.note(
    'cold: the first questions to a new store process; names wait until its index is built',
  );
}
