import { setTimeout as delay } from 'node:timers/promises';
import { timeMs } from '../frame/measure';
import type { Report } from '../frame/report';
import type { OpenDesk } from './desk';
import type { CallTimes } from './sync-measured';

const ASK_EVERY_MS = 5;
/** How often our own thread looks whether it is held up. */
const LOOK_EVERY_MS = 1;
const TOLD = 5;

/** What ran when. */
export type Span = Omit<CallTimes, 'name'> & { readonly name: string };

/** One exact search beside a run. */
export interface SearchWait {
  readonly startMs: number;
  /** From asking to the answer. */
  readonly ms: number;
  /** Of it in the store's reader, by its own clock. */
  readonly readerMs: number;
  /** The same, right after it, by the bare asker; null where none is asked. */
  readonly bareMs: number | null;
  /** Longest that our own thread, which does what main does, was held up meanwhile. */
  readonly ownMs: number;
}

/** Asks exact searches one after the other while something runs; its end ends them. */
export async function searchesBeside<T>(
  open: OpenDesk,
  texts: readonly string[],
  run: () => Promise<T>,
  bare: ((nth: number) => Promise<unknown>) | null = null,
): Promise<{ readonly waits: readonly SearchWait[]; readonly result: T }> {
  const began = performance.now();
  const lags: { readonly atMs: number; readonly ms: number }[] = [];
  let lastMs = began;
  const look = setInterval(() => {
    const nowMs = performance.now();
    lags.push({ atMs: nowMs - began, ms: nowMs - lastMs - LOOK_EVERY_MS });
    lastMs = nowMs;
  }, LOOK_EVERY_MS);
  let isDone = false;
  const running = run().finally(() => {
    isDone = true;
  });
  const asked: Omit<SearchWait, 'ownMs'>[] = [];
  try {
    for (let i = 0; !isDone; i++) {
      const text = texts[i % texts.length] ?? '';
      const startMs = performance.now();
      const { tookMs } = await open.ask('search.query', {
        text,
        filter: {},
        offset: 0,
        limit: 50,
      });
      const ms = performance.now() - startMs;
      const bareMs = bare === null ? null : await timeMs(() => bare(i));
      asked.push({ startMs: startMs - began, ms, readerMs: tookMs, bareMs });
      await delay(ASK_EVERY_MS);
    }
    const result = await running;
    const waits = asked.map((one) => ({ ...one, ownMs: lagIn(lags, one) }));
    return { waits, result };
  } finally {
    clearInterval(look);
  }
}

function lagIn(
  lags: readonly { readonly atMs: number; readonly ms: number }[],
  { startMs, ms }: Omit<SearchWait, 'ownMs'>,
): number {
  const during = lags.filter(({ atMs }) => atMs >= startMs && atMs <= startMs + ms + LOOK_EVERY_MS);
  return Math.max(0, ...during.map((lag) => lag.ms));
}

/** Longest wait of the bare asker beside the same run. */
export function longestBare(waits: readonly SearchWait[]): number {
  return Math.max(0, ...waits.map(({ bareMs }) => bareMs ?? 0));
}

/** The longest ones, with what the store did meanwhile and where they waited. */
export function tellLongest(
  report: Report,
  waits: readonly SearchWait[],
  calls: readonly Span[],
): void {
  for (const { startMs, ms, readerMs, ownMs } of [...waits]
    .sort((a, b) => b.ms - a.ms)
    .slice(0, TOLD)) {
    const during = calls.filter((call) => call.startMs < startMs + ms && call.endMs > startMs);
    const names = [...new Set(during.map(({ name }) => name))].join(' ');
    report.note(
      `a search of ${ms.toFixed(1)} ms, ${readerMs.toFixed(1)} in the reader, our own thread held up for ` +
        `${ownMs.toFixed(1)}, beside: ${names || 'nothing in the store'}`,
    );
  }
}
