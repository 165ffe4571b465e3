import { hash } from 'node:crypto';
import { median } from '../../frame/measure';
import type { Report } from '../../frame/report';
import { OpenDesk } from '../../real/desk';
import { withDeskChild } from '../../real/desk-child';
import { type BenchOffice, changeSome } from '../../real/office';
import { pageChanges } from '../../real/page-changes';
import { tellLongest } from '../../real/search-waits';
import { readSegment } from '../../real/segment-file';
import { syncMeasured } from '../../real/sync-measured';
import { WireMeter } from '../../real/wire-meter';
import { packedJsonBytes } from '../../rivals/columnar-size';

const DELTA_SHARE = 0.01;
const STALL_CHANGES = 20_000;
const VERIFY_RUNS = 5;

/** What happens on a synchronised slice: a delta, the proof of equality, searches beside a sync. */
export async function afterwards(report: Report, office: BenchOffice): Promise<void> {
  await delta(report, office);
  const open = await OpenDesk.open(office.desk, false);
  try {
    await verify(report, office, open);
  } finally {
    await open.close();
  }
  await stall(report, office);
}

async function delta(report: Report, { central, desk, transport }: BenchOffice): Promise<void> {
  const url = new URL(desk.office.endpoints[0] ?? '');
  const meter = new WireMeter({ host: url.hostname, port: Number(url.port) });
  const port = await meter.listen();
  const open = await OpenDesk.open(desk, false, `https://${url.hostname}:${port}`);
  try {
    await central.call('change', { share: DELTA_SHARE });
    const run = await syncMeasured(open);
    const { down, up } = meter.read();
    const pages = run.pages.map((page) => pageChanges(page, transport));
    const count = pages.reduce((sum, page) => sum + page.count, 0);
    const bare = await packedJsonBytes(pages.map((page) => page.bare));
    report.add('sync.delta.bytes_per_change', (down + up) / count, {
      name: 'changed fields, columnar JSON, brotli 5',
      value: bare / count,
    });
    const pageBytes = run.pages.reduce((sum, page) => sum + page.length, 0);
    const applyMs = run.calls
      .filter(({ name }) => name === 'applyPage')
      .reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    report.note(
      `delta: ${count} changes in ${pages.length} pages of ${pageBytes} bytes, ${down} down and ${up} up on the wire; ` +
        `${Math.round(run.totalMs)} ms, of it ${Math.round(applyMs)} ms in the store`,
    );
  } finally {
    await open.close();
    meter.close();
  }
}

async function verify(report: Report, office: BenchOffice, open: OpenDesk): Promise<void> {
  const samples: number[] = [];
  let rows = 0;
  for (let run = 0; run < VERIFY_RUNS; run++) {
    const result = await open.store.call('verify', { mode: 'quick' });
    if (!result.isEqual) throw new Error('the slice is not proven equal');
    samples.push(result.tookMs);
    rows = result.rows;
  }
  const hashing = hashMs(office);
  report.add('sync.verify.quick_rows_per_s', (rows / median(samples)) * 1_000, {
    name: 'SHA-256 of the same rows as JSON, all in memory',
    value: (rows / hashing) * 1_000,
  });
}

/** One SHA-256 over the same rows: the floor of any check that reads them. */
function hashMs({ segments, transport }: BenchOffice): number {
  const texts = segments.map((file) => {
    const { block } = readSegment(file, transport);
    return Buffer.from(JSON.stringify(block.columns), 'utf8');
  });
  const samples = Array.from({ length: VERIFY_RUNS }, () => {
    const start = performance.now();
    for (const text of texts) hash('sha256', text);
    return performance.now() - start;
  });
  return median(samples);
}

/** Longest wait of an exact search while a sync runs, asked every few milliseconds; in a process that holds nothing else. */
async function stall(report: Report, office: BenchOffice): Promise<void> {
  const { texts, desk } = office;
  const { waits, calls } = await withDeskChild(desk, async (child) => {
    await child.call('alone', { texts: texts.exact.slice(0, 50) });
    await changeSome(office, STALL_CHANGES);
    return child.call('beside', { texts: texts.exact });
  });
  const times = waits.map(({ ms }) => ms);
  report.add('sync.search_stall_ms', Math.max(...times));
  report.note(
    `exact searches beside that sync: ${waits.length}, median ${median(times).toFixed(1)} ms`,
  );
  tellLongest(report, waits, calls);
}
