import { setTimeout as delay } from 'node:timers/promises';
import { percentile, timeMs } from '../frame/measure';
import { childrenOf, type MemorySample, MemorySamples } from '../frame/memory-samples';
import type { Report } from '../frame/report';
import { OpenDesk } from '../real/desk';
import { type BenchOffice, changeSome, newDesk } from '../real/office';
import { type CallTimes, syncMeasured } from '../real/sync-measured';
import type { BenchGroup } from './context';

const CHANGES = 5_000;
const ASK_EVERY_MS = 5;
const ALONE_ASKS = 200;

/** Where memory goes during a first load, by process and step; and what an exact search waits for beside a run. */
export const beside: BenchGroup = {
  async run({ report, office }) {
    const made = await office();
    await memory(report, made);
    await waits(report, made);
  },
};

async function memory(report: Report, { central }: BenchOffice): Promise<void> {
  const open = await OpenDesk.open(await newDesk(central), true);
  const began = performance.now();
  const watch = new MemorySamples(
    () => ({
      store: [open.storePid],
      main: [process.pid],
      ingest: childrenOf(process.pid, 'ingest-worker'),
    }),
    () => performance.now() - began,
  );
  try {
    const { calls } = await syncMeasured(open);
    const samples = watch.stop();
    const first = samples[0] as MemorySample;
    for (const [step, at] of stepsOf(calls)) {
      const inStep = samples.filter(({ atMs }) => at.some((one) => isIn(one, atMs)));
      const texts = Object.keys(first.mb).map((name) => {
        const peak = Math.max(...inStep.map(({ mb }) => mb[name] ?? 0));
        return `${name} ${Math.round(peak)} (${signed(peak - (first.mb[name] ?? 0))})`;
      });
      if (inStep.length > 0) report.note(`memory in ${step}, MB: ${texts.join(', ')}`);
    }
    const total = ({ mb }: MemorySample) => Object.values(mb).reduce((sum, one) => sum + one, 0);
    const rise = Math.max(...samples.map(total)) - total(first);
    report.add('sync.rss_mb.with_ingest', rise, null, 'MB');
  } finally {
    watch.stop();
    await open.close();
  }
}

const signed = (mb: number) => `${mb < 0 ? '' : '+'}${Math.round(mb)}`;
const isIn = ({ startMs, endMs }: Span, atMs: number) => startMs <= atMs && atMs <= endMs;
type Span = Pick<CallTimes, 'startMs' | 'endMs'>;

function stepsOf(calls: readonly CallTimes[]): Map<string, Span[]> {
  const steps = new Map<string, Span[]>();
  for (const call of calls) steps.set(call.name, [...(steps.get(call.name) ?? []), call]);
  return steps;
}

/** Exact searches one after the other beside a run, and the same alone in the same minute. */
async function waits(report: Report, office: BenchOffice): Promise<void> {
  const { texts, desk } = office;
  const open = await OpenDesk.open(desk, false);
  const ask = (text: string) =>
    open.ask('search.query', { text, filter: {}, offset: 0, limit: 50 });
  try {
    await syncMeasured(open);
    const alone: number[] = [];
    for (let i = 0; i < ALONE_ASKS; i++) {
      alone.push(await timeMs(() => ask(texts.exact[i % texts.exact.length] ?? '')));
      await delay(ASK_EVERY_MS);
    }
    await changeSome(office, CHANGES);
    let isDone = false;
    const began = performance.now();
    const syncing = syncMeasured(open).finally(() => {
      isDone = true;
    });
    const asked: (Span & { readonly ms: number })[] = [];
    for (let i = 0; !isDone; i++) {
      const startMs = performance.now() - began;
      const ms = await timeMs(() => ask(texts.exact[i % texts.exact.length] ?? ''));
      asked.push({ startMs, endMs: startMs + ms, ms });
      await delay(ASK_EVERY_MS);
    }
    const { calls } = await syncing;
    const times = asked.map(({ ms }) => ms);
    report.add('sync.search_beside.p95_ms', percentile(times, 0.95), {
      name: 'the same searches alone',
      value: percentile(alone, 0.95),
    });
    report.add('sync.search_beside.max_ms', Math.max(...times), {
      name: 'the same searches alone',
      value: Math.max(...alone),
    });
    for (const { startMs, endMs, ms } of [...asked].sort((a, b) => b.ms - a.ms).slice(0, 5)) {
      const during = calls.filter((call) => call.startMs < endMs && call.endMs > startMs);
      const names = [...new Set(during.map(({ name }) => name))].join(' ');
      report.note(`a search of ${ms.toFixed(1)} ms, beside: ${names || 'nothing in the store'}`);
    }
  } finally {
    await open.close();
  }
}
