import { AppError } from '../../../shared/errors/app-error';
import { freshFolder } from '../frame/folders';
import { percentile, timeMs } from '../frame/measure';
import { addPeaks, PeakMemory } from '../frame/peak-memory';
import { OpenDesk } from '../real/desk';
import { type BenchOffice, changeSome } from '../real/office';
import { syncMeasured } from '../real/sync-measured';
import { openPlainSearch, type PlainSearch } from '../rivals/plain-search';
import type { BenchGroup } from './context';
import { searchCold, searchIdle } from './search/idle';
import { searchTyping } from './search/typing';

const ROUNDS = 200;
/** Certificates that change in each of the synchronisations beside which is searched. */
const CHANGED = 20_000;
/** Longest that the group tries to reach its rounds. */
const MAX_SYNCS = 12;

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

/** One search and its rival, turn by turn. */
async function askBoth(open: OpenDesk, plain: PlainSearch, kind: Kind, text: string, all: Samples) {
  let inStore = 0;
  all.roundTrip.push(
    await timeMs(async () => {
      inStore = (await kind.ours(open, text)).tookMs;
    }),
  );
  all.inStore.push(inStore);
  all.rival.push(await timeMs(() => kind.theirs(plain, text)));
}

/** Searches of every kind by turns until the running synchronisation ends; answers its pages. */
async function searchWhileSyncing(
  office: BenchOffice,
  open: OpenDesk,
  plain: PlainSearch,
  samples: ReadonlyMap<KindName, Samples>,
): Promise<number> {
  let isDone = false;
  const syncing = syncMeasured(open).finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (const [name, all] of samples) {
      const text = office.texts[name][all.inStore.length % office.texts[name].length] ?? '';
      if (!isDone) await askBoth(open, plain, KINDS[name], text, all);
    }
  }
  return (await syncing).pages.length;
}

/** Main's own part is the bench here, which holds all rows for the rivals: it is not told. */
const processOf = (_pid: number, command: string) => /dist\/(store|ingest)\//.exec(command)?.[1];

/** Searches and their rival turn by turn, both beside the same running synchronisation. */
export const search: BenchGroup = {
  async run({ report, office }) {
    const bench = await office();
    const plain = openPlainSearch(freshFolder('fts'), bench.core);
    const memory = new PeakMemory(process.pid);
    const open = await OpenDesk.open(bench.desk, false);
    const samples = new Map(
      (Object.keys(KINDS) as KindName[]).map((name) => [name, new Samples()]),
    );
    try {
      await query(open, bench.texts.name[0] ?? '');
      let pages = 0;
      let syncs = 0;
      while ((samples.get('exact')?.inStore.length ?? 0) < ROUNDS && syncs < MAX_SYNCS) {
        await changeSome(bench, CHANGED);
        syncs++;
        try {
          pages += await searchWhileSyncing(bench, open, plain, samples);
        } catch (error) {
          // As the product does: what the server has for us is asked for again.
          if (!(error instanceof AppError) || error.code !== 'SYNC_UNREACHABLE') throw error;
          report.note(`the server was silent (${error.detail ?? error.code}); asked again`);
        }
      }
      report.note(`${syncs} deltas of ${pages} pages were applied beside these searches`);
      await searchIdle(report, bench, open, plain);
    } finally {
      addPeaks(report, 'search.beside_sync', memory.stop(processOf));
      await open.close();
      plain.close();
    }
    for (const [name, { inStore, roundTrip, rival }] of samples) {
      const { metric, rival: rivalName } = KINDS[name];
      const value = percentile(rival, 0.95);
      report.add(`${metric}.p95_ms`, percentile(inStore, 0.95), { name: rivalName, value });
      report.add(`${metric}.round_trip.p95_ms`, percentile(roundTrip, 0.95), null, 'ms');
    }
    await searchCold(report, bench);
    await searchTyping(report, bench);
  },
};
