import { percentile } from '../frame/measure';
import type { Report } from '../frame/report';
import { withDeskChild } from '../real/desk-child';
import { type BenchOffice, changeSome } from '../real/office';
import { longestBare, tellLongest } from '../real/search-waits';
import { memoryLines } from '../real/step-memory';
import type { BenchGroup } from './context';

const CHANGES = 5_000;
const ALONE_ASKS = 200;
const GOAL_MS = 16;
/** Somewhat less than a load of 200,000 takes with its late rows. */
const BUSY_MS = 12_000;
const BUSY = 'beside as busy processes of others';
const BARE = 'bare look-up with its log entry, same moments';

/** Where memory goes during a first load, by process and step; and what an exact search waits for beside a run. */
export const beside: BenchGroup = {
  async run({ report, office }) {
    const made = await office();
    memory(report, made);
    await waits(report, made);
    await besideLoad(report, made);
  },
};

function memory(report: Report, { first }: BenchOffice): void {
  for (const line of memoryLines(first.memory)) report.note(line);
  report.add('sync.rss_mb.with_ingest', first.rssWithIngestMb, null, 'MB');
}

/** Exact searches one after the other beside a run, and the same alone in the same minute. */
async function waits(report: Report, office: BenchOffice): Promise<void> {
  const { texts, desk } = office;
  const { alone, beside } = await withDeskChild(desk, async (child) => {
    await child.call('sync', {});
    const asked = Array.from({ length: ALONE_ASKS }, (_, i) => texts.exact[i % texts.exact.length]);
    const alone = await child.call('alone', { texts: asked.filter((text) => text !== undefined) });
    await changeSome(office, CHANGES);
    return { alone, beside: await child.call('beside', { texts: texts.exact }) };
  });
  const times = beside.waits.map(({ ms }) => ms);
  report.add('sync.search_beside.p95_ms', percentile(times, 0.95), {
    name: 'the same searches alone',
    value: percentile(alone, 0.95),
  });
  report.add('sync.search_beside.max_ms', Math.max(...times), {
    name: BARE,
    value: longestBare(beside.waits),
  });
  report.note(`the longest of the same searches alone took ${Math.max(...alone).toFixed(1)} ms`);
  tellLongest(report, beside.waits, beside.calls);
}

/**
 * The same while the whole is loaded anew, ends in the old slice's place and gets its late rows; and, for what machine and
 * path take by themselves, beside processes that keep the machine as busy and know nothing of ours.
 */
async function besideLoad(report: Report, office: BenchOffice): Promise<void> {
  const { texts, desk, segments, manifest } = office;
  const files = { segments, manifest };
  const { waits, calls } = await withDeskChild(desk, (child) =>
    child.call('besideLoad', { texts: texts.exact, files }),
  );
  // Anew: the log of so many look-ups without a pause would be folded in meanwhile.
  const busy = await withDeskChild(desk, (child) =>
    child.call('besideBusy', { texts: texts.exact, ms: BUSY_MS }),
  );
  const times = waits.map(({ ms }) => ms);
  const busyTimes = busy.map(({ ms }) => ms);
  report.add('sync.search_beside_load.p95_ms', percentile(times, 0.95), {
    name: BUSY,
    value: percentile(busyTimes, 0.95),
  });
  report.add('sync.search_beside_load.max_ms', Math.max(...times), {
    name: BUSY,
    value: Math.max(...busyTimes),
  });
  report.note(
    `searches beside a load of the whole: ${told(times)}; beside the busy processes: ${told(busyTimes)}`,
  );
  report.note(
    `a bare look-up with its log entry waited ${longestBare(waits).toFixed(1)} ms at most beside the load, ` +
      `${longestBare(busy).toFixed(1)} beside the busy processes`,
  );
  tellLongest(report, waits, calls);
}

const told = (times: readonly number[]): string =>
  `${times.length}, ${times.filter((ms) => ms > GOAL_MS).length} over ${GOAL_MS} ms, ` +
  `p99 ${percentile(times, 0.99).toFixed(1)}`;
