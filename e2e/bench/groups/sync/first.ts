import { join } from 'node:path';
import { ENTITIES, type Entity } from '../../../../shared/domain/model';
import { runInChild } from '../../frame/child';
import { freshFolder } from '../../frame/folders';
import { median } from '../../frame/measure';
import { type BenchOffice, type FirstSync, measureFirstSync } from '../../real/office';
import { memoryLines } from '../../real/step-memory';
import { type BareLoadResult, bareLoaderTask } from '../../rivals/bare-loader';
import { columnarBytes } from '../../rivals/columnar-size';
import type { Bench } from '../context';

/** Runs of a load that takes seconds; one where it takes minutes. */
const RUNS = 3;
const LONG_LOAD_ROWS = 500_000;

/** The bare loop over the same objects; its roots must be the server's, or it did not do the work. */
async function bareLoad(office: BenchOffice, isSealing: boolean): Promise<BareLoadResult> {
  const { desk, segments, transport, manifest } = office;
  const result = await runInChild(bareLoaderTask, {
    segments: segments.filter(({ entity }) => !ENTITIES[entity].isLate),
    keys: transport,
    fieldKey: desk.keys.copy('field'),
    regionKey: desk.keys.copy('region'),
    path: join(freshFolder('bare'), 'bare.db'),
    isSealing,
  });
  for (const [entity, root] of Object.entries(result.roots)) {
    if (root !== manifest.base.roots[entity as Entity]) throw new Error(`bare root of ${entity}`);
  }
  return result;
}

const medianOf = <T>(runs: readonly T[], pick: (run: T) => number) => median(runs.map(pick));

export async function firstSync({ rows, report }: Bench, office: BenchOffice): Promise<void> {
  const ours: FirstSync[] = [office.first];
  const bare: BareLoadResult[] = [await bareLoad(office, true)];
  for (let run = 1; run < RUNS && rows < LONG_LOAD_ROWS; run++) {
    ours.push(await measureFirstSync(office.central));
    bare.push(await bareLoad(office, true));
  }
  const perSecond = (ms: number) => (rows / ms) * 1_000;
  report.add('sync.first.rows_per_s', perSecond(medianOf(ours, (run) => run.completeMs)), {
    name: 'bare loader, one process, no network',
    value: perSecond(medianOf(bare, (run) => run.totalMs)),
  });
  report.add(
    'sync.first.exact_ready.rows_per_s',
    perSecond(medianOf(ours, (run) => run.exactReadyMs)),
    {
      name: 'raw bulk insert, same engine',
      value: perSecond(medianOf(bare, (run) => run.insertMs)),
    },
  );
  const allRows = office.segments.reduce((sum, segment) => sum + segment.rows, 0);
  const everything = (allRows / medianOf(ours, (run) => run.totalMs)) * 1_000;
  report.add('sync.first.all_entities.rows_per_s', everything, null, 'rows/s');
  phases(report, ours, bare);
  await bytes(report, office, rows);
  report.add(
    'sync.rss_mb',
    medianOf(ours, (run) => run.rssRiseMb),
  );
  for (const line of memoryLines(office.first.memory)) report.note(line);
}

/** Where the time goes: what an owner wants to know first. */
function phases(report: Bench['report'], ours: FirstSync[], bare: BareLoadResult[]): void {
  const ms = (runs: number) => `${Math.round(runs)} ms`;
  report.note(
    `ours: segments in ${ms(medianOf(ours, (run) => run.segmentsMs))}, exact search at ` +
      `${ms(medianOf(ours, (run) => run.exactReadyMs))}, all on at ` +
      `${ms(medianOf(ours, (run) => run.completeMs))}, late entities at ` +
      ms(medianOf(ours, (run) => run.totalMs)),
  );
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  report.note(
    `processor time, late entities included: store ${seconds(medianOf(ours, (run) => run.storeCpuS))}, ` +
      `main ${seconds(medianOf(ours, (run) => run.mainCpuS))}; bare loader, core alone: ` +
      seconds(medianOf(bare, (run) => run.cpuS)),
  );
  const parts = ['decodeMs', 'sealMs', 'digestMs', 'insertMs', 'textMs', 'indexMs'] as const;
  const texts = parts.map(
    (part) => `${part.replace('Ms', '')} ${ms(medianOf(bare, (run) => run[part]))}`,
  );
  report.note(`bare loader: ${texts.join(', ')}`);
}

async function bytes(report: Bench['report'], office: BenchOffice, rows: number): Promise<void> {
  const { first, segments, transport } = office;
  const columnar = await columnarBytes(segments, transport);
  report.add('sync.first.bytes_per_row', (first.wire.down + first.wire.up) / rows, {
    name: 'same content, columnar JSON, brotli 5',
    value: columnar / rows,
  });
  const core = segments.filter(({ entity }) => !ENTITIES[entity].isLate);
  const coreBytes = core.reduce((sum, segment) => sum + segment.bytes, 0);
  report.add('sync.first.core_bytes_per_row', coreBytes / rows, null, 'B/row');
  for (const name of Object.keys(ENTITIES) as Entity[]) {
    const own = segments.filter(({ entity }) => entity === name);
    const ownRows = own.reduce((sum, segment) => sum + segment.rows, 0);
    const ownBytes = own.reduce((sum, segment) => sum + segment.bytes, 0);
    if (ownRows > 0)
      report.note(`${name}: ${ownRows} rows, ${(ownBytes / ownRows).toFixed(1)} B each`);
  }
}
