import type { Manifest } from '../../../shared/protocol/manifest';
import { Child } from '../frame/child';
import { freshFolder } from '../frame/folders';
import { cpuSeconds } from '../frame/memory';
import { childrenOf, MemorySamples } from '../frame/memory-samples';
import type { Report } from '../frame/report';
import { type CentralCalls, centralProgram } from './central';
import { type CoreRows, readCoreRows } from './core-rows';
import { type EnrolledDesk, enrolDesk, OpenDesk } from './desk';
import { fetchSegments } from './fetch-segments';
import { type QueryTexts, queryTexts } from './queries';
import type { SegmentFile, TransportKeys } from './segment-file';
import { memoryOf, type StepMemory } from './step-memory';
import { syncMeasured } from './sync-measured';
import { type WireBytes, WireMeter } from './wire-meter';

type Central = Child<CentralCalls>;

/** Times of a first synchronisation, ms from its start. */
export interface FirstSync {
  /** The last core segment is in. */
  readonly segmentsMs: number;
  /** Indexed, proven equal, swapped in: exact search answers. */
  readonly exactReadyMs: number;
  /** Search by name, pinyin and fragments is complete. */
  readonly completeMs: number;
  /** Events, trainings, exams and attachments are in and proven too. */
  readonly totalMs: number;
  /** Rise of the store process and of our own, which does what main does. */
  readonly rssRiseMb: number;
  /** The same with the process that seals, which is started for the run. */
  readonly rssWithIngestMb: number;
  /** Highest of each process in each step. */
  readonly memory: readonly StepMemory[];
  /** Processor time of the store and of our own, seconds: says more than the clock on a busy machine. */
  readonly storeCpuS: number;
  readonly mainCpuS: number;
  readonly wire: WireBytes;
}

/** A server with a region, and a device with its slice. */
export interface BenchOffice {
  readonly central: Central;
  readonly desk: EnrolledDesk;
  readonly first: FirstSync;
  readonly manifest: Manifest;
  readonly segments: readonly SegmentFile[];
  readonly transport: TransportKeys;
  readonly core: CoreRows;
  readonly texts: QueryTexts;
}

const TEXTS = 400;

export async function newDesk(central: Central): Promise<EnrolledDesk> {
  return enrolDesk(freshFolder('desk'), await central.call('enrolment', {}));
}

/** The first synchronisation of a fresh device, over TLS, with everything on. */
async function firstSyncOf(desk: EnrolledDesk): Promise<FirstSync> {
  const url = new URL(desk.office.endpoints[0] ?? '');
  const meter = new WireMeter({ host: url.hostname, port: Number(url.port) });
  const port = await meter.listen();
  const open = await OpenDesk.open(desk, true, `https://${url.hostname}:${port}`);
  const pids = [open.storePid, process.pid] as const;
  const [storeBefore, mainBefore] = pids.map(cpuSeconds) as [number, number];
  const events = new Map<string, number>();
  const start = performance.now();
  const watch = new MemorySamples(
    () => ({
      store: [open.storePid],
      main: [process.pid],
      ingest: childrenOf(process.pid, 'ingest-worker'),
    }),
    () => performance.now() - start,
  );
  open.store.onEvent(({ event }) => events.set(event, performance.now() - start));
  try {
    const { totalMs, calls } = await syncMeasured(open);
    const at = (event: string) => {
      const ms = events.get(event);
      if (ms === undefined) throw new Error(`the store never told ${event}`);
      return ms;
    };
    const memory = memoryOf(watch.stop(), calls);
    const loads = calls.filter(({ name }) => name === 'loadSegment');
    return {
      segmentsMs: Math.max(...loads.map(({ endMs }) => endMs)),
      exactReadyMs: at('slice-swapped'),
      completeMs: at('search-completed'),
      totalMs,
      rssRiseMb: memory.riseOf(['store', 'main']),
      rssWithIngestMb: memory.riseOf(['store', 'main', 'ingest']),
      memory: memory.steps,
      storeCpuS: cpuSeconds(pids[0]) - storeBefore,
      mainCpuS: cpuSeconds(pids[1]) - mainBefore,
      wire: meter.read(),
    };
  } finally {
    watch.stop();
    await open.close();
    meter.close();
  }
}

let patchDay = 20_000;

/** Gives the server changes to some certificates, spread over the slice, that the next sync brings. */
export async function changeSome({ central, core }: BenchOffice, count: number): Promise<void> {
  const step = Math.max(1, Math.floor(core.certificates.length / count));
  const ids = core.certificates.filter((_, i) => i % step === 0).map(({ id }) => id);
  await central.call('patch', { ids, day: ++patchDay });
}

/** The same with a device of its own, which is forgotten afterwards. */
export async function measureFirstSync(central: Central): Promise<FirstSync> {
  return firstSyncOf(await newDesk(central));
}

/** Makes the office at its first need; later groups share it. */
export class OfficeOnce {
  private central: Central | null = null;
  private made: Promise<BenchOffice> | null = null;

  constructor(
    private readonly rows: number,
    private readonly serverData: string | null,
    private readonly report: Report,
  ) {}

  get(): Promise<BenchOffice> {
    this.made ??= this.make();
    return this.made;
  }

  end(): void {
    this.central?.end();
  }

  private async make(): Promise<BenchOffice> {
    const central = new Child(centralProgram);
    this.central = central;
    const folder = this.serverData ?? freshFolder('central');
    const { seconds } = await central.call('start', { folder, certificates: this.rows });
    this.report.note(`server with ${this.rows} certificates ready in ${seconds.toFixed(1)} s`);
    const desk = await newDesk(central);
    const first = await firstSyncOf(desk);
    const open = await OpenDesk.open(desk, false);
    const { manifest, segments } = await fetchSegments(
      open.access,
      freshFolder('segments'),
    ).finally(() => open.close());
    const transport = {
      public: desk.keys.copy('transportPublic'),
      private: desk.keys.copy('transportPrivate'),
    };
    const core = readCoreRows(segments, transport);
    return {
      central,
      desk,
      first,
      manifest,
      segments,
      transport,
      core,
      texts: queryTexts(core, TEXTS),
    };
  }
}
