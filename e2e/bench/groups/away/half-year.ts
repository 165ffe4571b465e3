import type { Report } from '../../frame/report';
import { OpenDesk } from '../../real/desk';
import type { BenchOffice } from '../../real/office';
import { pageChanges } from '../../real/page-changes';
import { syncMeasured } from '../../real/sync-measured';
import { WireMeter } from '../../real/wire-meter';
import { packedJsonBytes } from '../../rivals/columnar-size';

/** Half a year: what changes in each month, many certificates in several of them. */
const MONTHS = 6;
const SHARE_A_MONTH = 0.02;
const PATCHES_A_MONTH = 0.005;
/** The server takes some milliseconds for each everyday change: more of them are a smaller share, which makes each cost more. */
const MOST_CHANGES_A_MONTH = 4_000;

/**
 * A desk that was away for half a year comes back: delta tiers from the server's object store, then a
 * live page. What it costs for each row that is different in the end, however often it changed.
 */
export async function halfYear(report: Report, office: BenchOffice): Promise<void> {
  const { central, core, desk, transport } = office;
  const share = Math.min(SHARE_A_MONTH, MOST_CHANGES_A_MONTH / core.certificates.length);
  const patched = Math.ceil(core.certificates.length * PATCHES_A_MONTH);
  const ids = core.certificates.slice(0, patched).map(({ id }) => id);
  for (let month = 0; month < MONTHS; month++) {
    await central.call('change', { share });
    await central.call('patch', { ids, day: 19_000 + month });
    await central.call('tiers', {});
  }
  const url = new URL(desk.office.endpoints[0] ?? '');
  const meter = new WireMeter({ host: url.hostname, port: Number(url.port) });
  const port = await meter.listen();
  const open = await OpenDesk.open(desk, false, `https://${url.hostname}:${port}`);
  try {
    const run = await syncMeasured(open);
    const { down, up } = meter.read();
    const pages = run.pages.map((page) => pageChanges(page, transport));
    const count = pages.reduce((sum, page) => sum + page.count, 0);
    const bare = await packedJsonBytes(pages.map((page) => page.bare));
    const objects = run.pages.reduce((sum, page) => sum + page.length, 0);
    report.add('sync.tiers.bytes_per_change', objects / count, {
      name: 'changed fields, columnar JSON, brotli 5',
      value: bare / count,
    });
    report.add('sync.away.bytes_per_change', (down + up) / count);
    report.add('sync.away.rows_per_s', (count / run.totalMs) * 1_000);
    report.note(
      `half a year away, ${(100 * share).toFixed(1)} % of the certificates a month changed: ${count} changed rows in ${pages.length} objects of ${objects} bytes; ` +
        `${down} down and ${up} up on the wire, ${Math.round(run.totalMs)} ms`,
    );
  } finally {
    await open.close();
    meter.close();
  }
}
