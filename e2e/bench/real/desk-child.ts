import { setTimeout as delay } from 'node:timers/promises';
import type { OfficeFile } from '../../../electron/main/services/unlock/office-file';
import { Child, type ChildProgram } from '../frame/child';
import { timeMs } from '../frame/measure';
import { bareAskerProgram } from '../rivals/bare-asker';
import { beBusy } from '../rivals/busy-writer';
import { appPath } from './app';
import { type EnrolledDesk, OpenDesk, openSlot } from './desk';
import { type LoadFiles, reloadFromFiles } from './load-from-files';
import { type SearchWait, type Span, searchesBeside } from './search-waits';
import { syncMeasured } from './sync-measured';

/** A desk that was enrolled, as another process finds it. */
export interface DeskPlace {
  readonly userData: string;
  readonly office: OfficeFile;
  readonly badge: string;
}

type Nothing = Record<string, never>;

export interface Beside {
  readonly waits: readonly SearchWait[];
  readonly calls: readonly Span[];
}

let open: OpenDesk | null = null;

function need(): OpenDesk {
  if (open === null) throw new Error('no desk is open');
  return open;
}

const ASK_EVERY_MS = 5;

function ask(text: string) {
  return need().ask('search.query', { text, filter: {}, offset: 0, limit: 50 });
}

async function withBareAsker<T>(
  act: (ask: (nth: number) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const child = new Child<typeof bareAskerProgram.calls>(bareAskerProgram);
  try {
    await child.call('open', {});
    const result = await act((nth) => child.call('ask', { nth }));
    await child.call('close', {});
    return result;
  } finally {
    child.end();
  }
}

/**
 * What main is in the product: a process that holds a desk and nothing else. The bench itself keeps a million rows for
 * its rivals, and every collection of that memory would hold up a run and whoever asks beside it.
 */
export const deskProgram = {
  name: 'desk',
  calls: {
    async open({ userData, office, badge }: DeskPlace): Promise<Nothing> {
      open = await OpenDesk.open(await openSlot(userData, office, badge), false);
      return {};
    },
    async sync(_: Nothing): Promise<Nothing> {
      await syncMeasured(need());
      return {};
    },
    /** Milliseconds of exact searches with nothing beside them. */
    async alone({ texts }: { readonly texts: readonly string[] }): Promise<readonly number[]> {
      const times: number[] = [];
      for (const text of texts) {
        times.push(await timeMs(() => ask(text)));
        await delay(ASK_EVERY_MS);
      }
      return times;
    },
    async beside({ texts }: { readonly texts: readonly string[] }): Promise<Beside> {
      const { waits, result } = await withBareAsker((bare) =>
        searchesBeside(need(), texts, () => syncMeasured(need()), bare),
      );
      return { waits, calls: result.calls };
    },
    /** Searches beside a load of the whole in the place of the slice that they are asked of. */
    async besideLoad({
      texts,
      files,
    }: {
      readonly texts: readonly string[];
      readonly files: LoadFiles;
    }): Promise<Beside> {
      const began = performance.now();
      const steps: { readonly name: string; readonly startMs: number }[] = [];
      const load = () =>
        reloadFromFiles(need(), files, (name) => {
          steps.push({ name, startMs: performance.now() - began });
        });
      const { waits } = await withBareAsker((bare) => searchesBeside(need(), texts, load, bare));
      const ends = [...steps.slice(1).map(({ startMs }) => startMs), performance.now() - began];
      const calls = steps.map((step, i) => ({ ...step, endMs: ends[i] ?? step.startMs }));
      return { waits, calls };
    },
    /** Searches beside a machine that is as busy as in a load, while the desk does nothing else. */
    async besideBusy({
      texts,
      ms,
    }: {
      readonly texts: readonly string[];
      readonly ms: number;
    }): Promise<readonly SearchWait[]> {
      const run = () => beBusy(ms);
      return (await withBareAsker((bare) => searchesBeside(need(), texts, run, bare))).waits;
    },
    async close(_: Nothing): Promise<Nothing> {
      await open?.close();
      open = null;
      return {};
    },
  },
} satisfies ChildProgram<Record<string, (input: never) => Promise<unknown>>>;

export type DeskChild = Child<typeof deskProgram.calls>;

/** Runs with the desk held by a process of its own, which nobody else may hold open meanwhile. */
export async function withDeskChild<T>(
  { paths, office, badge }: EnrolledDesk,
  act: (child: DeskChild) => Promise<T>,
): Promise<T> {
  const child: DeskChild = new Child<typeof deskProgram.calls>({
    ...deskProgram,
    file: appPath('dist/tools/bench-desk.cjs'),
  });
  try {
    await child.call('open', { userData: paths.root, office, badge });
    const result = await act(child);
    await child.call('close', {});
    return result;
  } finally {
    child.end();
  }
}
