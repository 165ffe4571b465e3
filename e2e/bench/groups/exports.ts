import { createPrivateKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { makeTrainingIdentity } from '../../../electron/device/drivers/training/certificates';
import { signPrehashed } from '../../../electron/device/drivers/training/prehashed';
import type { ExportRow } from '../../../electron/jobs/package/data/rows';
import type { ExportMeta } from '../../../electron/jobs/package/manifest';
import { newVerificationCode } from '../../../electron/jobs/package/verification-code';
import { admitted } from '../../../electron/jobs/test/ticket-rig';
import { JobsClient } from '../../../electron/main/clients/jobs-client';
import { wordedRow } from '../../../electron/main/services/exports/labels';
import { loadResources } from '../../../electron/main/services/tables/resources';
import { runInChild } from '../frame/child';
import { freshFolder } from '../frame/folders';
import { MemoryWatch } from '../frame/memory';
import { appPath } from '../real/app';
import { OpenDesk } from '../real/desk';
import { startJobsProcess } from '../real/jobs-process';
import { workbookTask } from '../rivals/workbook';
import type { BenchGroup } from './context';
import { measureVerifier } from './exports/verifying';

const ROWS = 100_000;
const BATCH_ROWS = 1_000;
const SAMPLE_ROWS = 5_000;

function metaOf(open: OpenDesk, root: string): ExportMeta {
  const { code, name, region } = open.desk.office.office;
  const nowMs = Date.now();
  return admitted({
    traceId: 'DC-20260101-0001',
    verificationCode: newVerificationCode(),
    office: { code, name },
    region: { code: region, name: region },
    practice: true,
    createdAtMs: nowMs,
    dataAsOfMs: nowMs,
    sliceRoot: root,
    requester: { badge: open.desk.badge, name: 'bench', role: 'inspector' },
    purpose: 'bench of the export',
    purposeClass: 'other',
    scope: { description: '', filters: {} },
    rulePack: { id: 'national', version: '1' },
    watermark: 'bench',
  });
}

/** Rows of the slice as the export service words them, `count` at most. */
async function* wordedRows(
  open: OpenDesk,
  count: number,
): AsyncGenerator<readonly ExportRow[], void> {
  const wording = {
    resources: loadResources(appPath('resources')),
    issuers: new Map<number, string>(),
  };
  const { exportId } = await open.store.call('exportOpen', { filter: {} });
  let left = count;
  while (left > 0) {
    const limit = Math.min(left, BATCH_ROWS);
    const { rows, isLast } = await open.store.call('exportRows', { exportId, limit });
    left -= rows.length;
    if (rows.length > 0) yield rows.map((row) => wordedRow(row, wording));
    if (isLast) break;
  }
  await open.store.call('exportClose', { exportId });
}

interface Exporting {
  readonly jobs: JobsClient;
  readonly rows: AsyncIterator<readonly ExportRow[]>;
  readonly meta: ExportMeta;
  readonly folder: string;
}

/** One package to its end, signed by a key in memory, so that no token is in the figure. */
function exportOnce({ jobs, rows, meta, folder }: Exporting): Promise<number> {
  const identity = makeTrainingIdentity(
    { name: 'bench', badge: 'B1', office: 'bench' },
    Date.now(),
  );
  const key: KeyObject = createPrivateKey({ key: identity.pkcs8, format: 'der', type: 'pkcs8' });
  const certificates = [identity.certificate, identity.root] as Uint8Array<ArrayBuffer>[];
  return new Promise((resolve, reject) => {
    const handle = jobs.startExport(
      {
        jobId: 'bench',
        meta,
        stagingDir: join(folder, 'staging'),
        targetPath: join(folder, 'package.zip'),
        certificates,
      },
      rows,
      {
        onProgress: () => undefined,
        onSign: ({ digest }) => handle.signed(signPrehashed(key, digest)),
        onPublishing: () => handle.publish(),
        onDone: ({ manifest }) => resolve(manifest.count),
        onFailed: ({ kind, detail }) => reject(new Error(`export ${kind}: ${detail}`)),
      },
    );
  });
}

/** A bulk export as it is made, against the part of it that cannot be left out. */
export const exports: BenchGroup = {
  async run({ report, office }) {
    const { desk, manifest } = await office();
    const open = await OpenDesk.open(desk, false);
    const process24 = startJobsProcess();
    const jobs = new JobsClient(() => process24.link);
    try {
      await open.ask('search.query', { text: '', filter: {}, offset: 0, limit: 1 });
      const folder = freshFolder('export');
      const watch = new MemoryWatch([process.pid, open.storePid, process24.pid]);
      const start = performance.now();
      const rows = wordedRows(open, ROWS);
      const meta = metaOf(open, manifest.base.root);
      const count = await exportOnce({ jobs, rows, meta, folder });
      const seconds = (performance.now() - start) / 1_000;
      const rssRiseMb = watch.stop();
      const sampled: ExportRow[] = [];
      for await (const batch of wordedRows(open, SAMPLE_ROWS)) sampled.push(...batch);
      const job = { path: join(folder, 'alone.xlsx'), rows: sampled, count };
      const alone = await runInChild(workbookTask, job);
      const name = 'workbook writer alone';
      report.note(`${count} certificates in the package`);
      const [main, store, building] = watch.shares().map(Math.round);
      report.note(`of the rise: main ${main}, store ${store}, jobs ${building} MB`);
      report.add('exports.seconds', seconds, { name, value: alone.seconds });
      report.add('exports.rss_rise_mb', rssRiseMb, { name, value: alone.rssRiseMb });
      await measureVerifier(report, jobs, join(folder, 'package.zip'), folder);
    } finally {
      jobs.stop();
      await open.close();
    }
  },
};
