import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadFromCache } from '../../../electron/main/services/sync/cache/cache-load';
import { SegmentCache } from '../../../electron/main/services/sync/cache/segment-cache';
import { ProgressMeter } from '../../../electron/main/services/sync/progress';
import { MemoryWatch } from '../frame/memory';
import { OpenDesk } from '../real/desk';
import type { BenchGroup } from './context';

const ASKED = 20;

/** The emergency reader: filling memory from the cache, its memory, a look-up there, the cache on the disk. */
export const emergency: BenchGroup = {
  async run({ rows, report, office: made }) {
    const office = await made();
    const { desk, texts } = office;
    const open = await OpenDesk.openEmergency(desk);
    const memory = new MemoryWatch([open.storePid]);
    const ingest = await open.startIngest();
    const cache = await SegmentCache.open(desk.paths.segments, desk.keys.copy('region'));
    try {
      const start = performance.now();
      const loaded = await loadFromCache({
        cache,
        remote: open.access.remote,
        ingest,
        store: open.store,
        progress: new ProgressMeter('bench', Date.now, () => undefined),
        signal: new AbortController().signal,
      });
      if (loaded === null || loaded.isCut) throw new Error('the cache is not whole');
      const seconds = (performance.now() - start) / 1_000;
      report.add('emergency.load_s', seconds, null, 's');
      report.add('emergency.load.rows_per_s', rows / seconds, null, 'rows/s');
      report.add('emergency.rss_mb', memory.stop(), null, 'MB');
      const asked = performance.now();
      for (const text of texts.name.slice(0, ASKED))
        await open.ask('search.query', { text, filter: {}, offset: 0, limit: 50 });
      report.add('emergency.search_ms', (performance.now() - asked) / ASKED, null, 'ms');
      const { segments: dir } = desk.paths;
      const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
      report.add('emergency.cache_bytes_per_row', bytes / rows, null, 'B/row');
    } finally {
      cache.close();
      await ingest.end();
      await open.close();
    }
  },
};
