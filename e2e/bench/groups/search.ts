import { freshFolder } from '../frame/folders';
import { percentile, timeMs } from '../frame/measure';
import { OpenDesk } from '../real/desk';
import type { BenchOffice } from '../real/office';
import { syncMeasured } from '../real/sync-measured';
import { openPlainSearch, type PlainSearch } from '../rivals/plain-search';
import type { BenchGroup } from './context';

const ROUNDS = 200;
/** Share of the certificates that change while the searches run. */
const CHANGED_SHARE = 0.05;

interface Kind {
  readonly metric: string;
  readonly rival: string;
  readonly ours: (open: OpenDesk, text: string) => Promise<{ readonly tookMs: number }>;
  readonly theirs: (plain: PlainSearch, text: string) => unknown;
}

const query = (open: OpenDesk, text: string) =>
  open.ask('search.query', { text, filter: {}, offset: 0, limit: 50 });

const KINDS: Readonly<Record<'exact' | 'name' | 'fuzzy' | 'suggest', Kind>> = {
  exact: {
    metric: 'search.exact',
    rival: 'plain SQLite, index',
    ours: query,
    theirs: (plain, text) => plain.exact(text),
  },
  name: {
    metric: 'search.name',
    rival: 'plain SQLite FTS5, by character',
    ours: query,
    theirs: (plain, text) => plain.name(text),
  },
  fuzzy: {
    metric: 'search.fuzzy',
    rival: 'plain SQLite FTS5, one character out',
    ours: query,
    theirs: (plain, text) => plain.fuzzy(text),
  },
  suggest: {
    metric: 'search.suggest',
    rival: 'plain SQLite FTS5, prefix phrase',
    ours: (open, text) => open.ask('search.suggest', { text }),
    theirs: (plain, text) => plain.suggest(text),
  },
};
type KindName = keyof typeof KINDS;

class Samples {
  readonly inStore: number[] = [];
  readonly roundTrip: number[] = [];
  readonly rival: number[] = [];
}

/** Keeps deltas coming until the searches are done, so that each of them has a sync beside it. */
async function keepSyncing(office: BenchOffice, open: OpenDesk, isDone: () => boolean) {
  let pages = 0;
  while (!isDone()) {
    await office.central.call('change', { share: CHANGED_SHARE });
    pages += (await syncMeasured(open)).pages.length;
  }
  return pages;
}

/** Searches and their rival turn by turn, both beside the same running synchronisation. */
export const search: BenchGroup = {
  async run({ report, office }) {
    const bench = await office();
    const plain = openPlainSearch(freshFolder('fts'), bench.core);
    const open = await OpenDesk.open(bench.desk, false);
    const samples = new Map<KindName, Samples>();
    let isDone = false;
    try {
      await open.ask('search.query', { text: bench.texts.name[0] ?? '', filter: {}, offset: 0, limit: 50 });
      const syncing = keepSyncing(bench, open, () => isDone);
      for (const name of Object.keys(KINDS) as KindName[]) samples.set(name, await measure(name));
      isDone = true;
      report.note(`${await syncing} delta pages were applied beside these searches`);
    } finally {
      isDone = true;
      await open.close();
      plain.close();
    }

    async function measure(name: KindName): Promise<Samples> {
      const all = new Samples();
      const { ours, theirs } = KINDS[name];
      for (const text of bench.texts[name].slice(0, ROUNDS)) {
        let inStore = 0;
        all.roundTrip.push(
          await timeMs(async () => {
            inStore = (await ours(open, text)).tookMs;
          }),
        );
        all.inStore.push(inStore);
        all.rival.push(await timeMs(() => theirs(plain, text)));
      }
      return all;
    }

    for (const [name, { inStore, roundTrip, rival }] of samples) {
      const { metric, rival: rivalName } = KINDS[name];
      const value = percentile(rival, 0.95);
      report.add(`${metric}.p95_ms`, percentile(inStore, 0.95), { name: rivalName, value });
      report.add(`${metric}.round_trip.p95_ms`, percentile(roundTrip, 0.95), null, 'ms');
    }
  },
};
