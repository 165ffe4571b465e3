import { TableClient } from '../../clients/table-client';
import { AgreementService } from '../../services/agreement/agreement';
import { BatchFiles } from '../../services/batch/batch-files';
import { CentralActs } from '../../services/central-acts/central-acts';
import { CrossRegionService } from '../../services/cross-region/cross-region';
import { ExportRecords } from '../../services/exports/export-record';
import { ExportService } from '../../services/exports/exports';
import { Recipients } from '../../services/exports/recipients';
import { ImportService } from '../../services/imports/imports';
import { RecordPdf } from '../../services/record-pdf/record-pdf';
import { FollowUpPdf } from '../../services/reports/follow-up-pdf';
import { VisitFiles } from '../../services/reports/visit-files';
import { GrantedReveal } from '../../services/reveal/granted-reveal';
import { RevealService } from '../../services/reveal/reveal';
import { SignedFiles } from '../../services/signed-files/signed-files';
import { AuditCheckpoints } from '../../services/signing/checkpoints';
import { SigningService } from '../../services/signing/signing';
import { SiteFiles } from '../../services/site/site-files';
import { StatisticsService } from '../../services/statistics/statistics';
import { StatisticsFiles } from '../../services/statistics/statistics-files';
import { Admissions } from '../../services/tickets/admissions';
import type { SessionListener } from '../../services/unlock/unlock';
import type { Ground } from './ground';
import type { Line } from './line';
import type { Site } from './site';
import type { Start } from './start';

/** What a person signs: exports, records, imports, requests to see other regions. */
export function composeSigned(
  { paths, around, hooks }: Start,
  { sessions, store, device, outbox, counters, control }: Ground,
  { sync, receipts }: Line,
  { batches, followUps }: Site,
) {
  const { events, log, clock, nowMs, resources, jobs, rulePack } = around;
  const exportRecords = new ExportRecords({ store, outbox, log });
  const exporting = { store, sessions, sync, resources, nowMs: () => clock.highestMs() };
  const demandLeaving = () => control.demandLeaving();
  const marksNow = (grant: string | null = null) => {
    const ofGrant = grant === null ? '' : ` ${crossRegion.marksVersionOf(grant)}`;
    return `${control.settledMarks} ${control.marksVersion}${ofGrant}`;
  };
  // Workbooks are written in a process of their own: a list that is read beside it may take its own along.
  const tables = new TableClient(around.startTables);
  const sheets: SessionListener = { opened: () => undefined, closing: () => tables.stop() };
  const signing = new SigningService({ ...around.windows, device, sessions });
  const signedFiles = new SignedFiles({
    store,
    sessions,
    signing,
    nowMs,
    demandLeaving,
    temporaryDir: paths.exportsTemporary,
    chooseFolder: () => around.windows.chooseFolder(),
    showFile: (path) => around.windows.showFile(path),
  });
  const batchFiles = new BatchFiles({
    batches,
    tables,
    store,
    signed: signedFiles,
    watermark: () => hooks.watermark(),
    chooseFolder: () => around.windows.chooseFolder(),
    showFile: (path) => around.windows.showFile(path),
  });
  const siteFiles = new SiteFiles({
    sessions,
    tables,
    jobs,
    store,
    signed: signedFiles,
    watermark: () => hooks.watermark(),
  });
  const visitFiles = new VisitFiles({
    store,
    sessions,
    followUps,
    tables,
    jobs,
    sync,
    signed: signedFiles,
    watermark: () => hooks.watermark(),
  });
  const statistics = new StatisticsService({
    store,
    sessions,
    clock,
    resources,
    office: () => hooks.office(),
  });
  const statisticsFiles = new StatisticsFiles({
    statistics,
    sessions,
    tables,
    jobs,
    sync,
    signed: signedFiles,
    resources,
    watermark: () => hooks.watermark(),
  });
  const agreement = new AgreementService({
    ...exporting,
    agreement: resources.agreement,
    outbox,
    signing,
    office: () => hooks.office(),
  });
  const centralActs = new CentralActs({
    ...exporting,
    signing,
    office: () => hooks.office(),
    line: () => sync.line,
    chooseTarget: (name) => around.dialogs.saveOutbox(name),
  });
  const crossRegion: CrossRegionService = new CrossRegionService({
    ...exporting,
    outbox,
    signing,
    reveal: new GrantedReveal(store, sessions, agreement),
    events,
    log,
    rulePack,
    counters,
    folder: paths.grants,
    startStore: around.startStore,
    startIngest: around.startIngest,
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    line: () => sync.line,
    regionName: (code) => resources.regions.fullName(code) ?? code,
    marks: () => control.marks,
    onMarks: () => hooks.onControl(),
    going: (grant) => exports.endGrant(grant),
  });
  const checkpoints = new AuditCheckpoints({ ...exporting, device, outbox, log });
  const imports = new ImportService({
    ...exporting,
    tables: new TableClient(around.startTables),
    outbox,
    signing,
    agreement,
    isEmergency: () => around.engine.isEmergency,
    chooseList: () => around.dialogs.chooseList(),
    chooseFolder: () => around.windows.chooseFolder(),
    showFile: (path) => around.windows.showFile(path),
  });
  const admissions = new Admissions({
    ...exporting,
    outbox,
    agreement,
    office: () => hooks.office(),
    granted: (grant) => crossRegion.exportable(grant),
    ...(around.line === undefined ? {} : { line: around.line }),
  });
  const recordPdf = new RecordPdf({
    ...exporting,
    demandLeaving,
    marksNow,
    jobs,
    outbox,
    admissions,
    chooseTarget: (name) => around.dialogs.saveOutbox(name),
    showFile: (path) => around.windows.showFile(path),
    watermark: () => hooks.watermark(),
  });
  const followUpPdf = new FollowUpPdf({
    ...exporting,
    demandLeaving,
    jobs,
    followUps,
    chooseTarget: (name) => around.dialogs.saveOutbox(name),
    showFile: (path) => around.windows.showFile(path),
    watermark: () => hooks.watermark(),
  });
  const recipients = new Recipients({
    nowMs: () => clock.highestMs(),
    chooseCertificate: () => around.dialogs.chooseCertificate(),
  });
  const exports: ExportService = new ExportService({
    marksNow,
    demandLeaving,
    checkpoints,
    recipients,
    signing,
    receipts,
    records: exportRecords,
    ...around.windows,
    ...exporting,
    admissions,
    device,
    jobs,
    events,
    log,
    rulePack: { id: rulePack.id, version: rulePack.version },
    stagingDir: paths.exportsTemporary,
    watermark: () => hooks.watermark(),
  });
  const reveal = new RevealService(store, sessions, agreement);
  return {
    exportRecords,
    exporting,
    signing,
    signedFiles,
    batchFiles,
    siteFiles,
    visitFiles,
    statistics,
    statisticsFiles,
    crossRegion,
    checkpoints,
    agreement,
    centralActs,
    imports,
    admissions,
    recordPdf,
    followUpPdf,
    recipients,
    exports,
    reveal,
    sheets,
  };
}

export type Signed = ReturnType<typeof composeSigned>;
