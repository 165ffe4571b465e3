import { rm } from 'node:fs/promises';
import { hasMeasure } from '../../../../shared/domain/emergency/levels';
import { sweepStaging } from '../../../jobs/package/staging';
import type { DataPaths } from '../../../platform/paths';
import { withBackup } from '../../services/control/level-endpoints';
import { ExportCatchUp } from '../../services/exports/export-catch-up';
import { TrainingKeyMaker } from '../../services/practice/training-key';
import { cachedTime } from '../../services/sync/cache/open-cache';
import { fetchStatements } from '../../services/sync/fetch-statements';
import type { FirstSecrets } from '../../services/unlock/enrol';
import { UnlockService } from '../../services/unlock/unlock';
import { IngestProcesses } from '../../workers/ingest-processes';
import { composeCare } from './care';
import { composeGround } from './ground';
import { composeLine } from './line';
import type { OfficeServices } from './office-services';
import { composePeople } from './people';
import { composeSigned } from './signed';
import { composeSite } from './site';
import type { Start } from './start';
import type { OfficeHooks, Surroundings } from './surroundings';

/** Wires the services of one office. Nothing is started before a session opens. */
export function composeOffice(
  paths: DataPaths,
  surroundings: Surroundings,
  hooks: OfficeHooks,
): OfficeServices {
  const ingests = new IngestProcesses(surroundings.startIngest);
  const around = { ...surroundings, startIngest: ingests.start };
  const start: Start = { paths, around, hooks, late: () => all };
  const ground = composeGround(start);
  const line = composeLine(start, ground);
  const site = composeSite(start, ground, line);
  const signed = composeSigned(start, ground, line, site);
  const care = composeCare(start, ground, line, signed);
  const people = composePeople(start, ground);
  const { log, clock, jobs, rulePack } = around;
  const { sessions, store, recovery, device, watch, outbox, regionKeys, control } = ground;
  const { evidence, national, saved, watching, sync, attachments, bundles, receipts } = line;
  const { batches, drops, scan } = site;
  const { exportRecords, signing, statistics, crossRegion, checkpoints, imports, exports } = signed;
  const { emergencyImport, rotation, backup, deepCheck, selfCheck, retention, auditLog, alerts } =
    care;
  const { custody, removed } = people;
  let firstAuditKey: Uint8Array | null = null;
  const unlock: UnlockService = new UnlockService({
    settleMarks: () => control.settleMarks(),
    officeDir: paths.officeDir,
    keyslots: paths.keyslots,
    store,
    device,
    sessions,
    listeners: [
      // Who was removed is told first: nothing else of such a session may begin.
      removed,
      watch,
      regionKeys,
      ...around.listeners,
      recovery,
      emergencyImport,
      new TrainingKeyMaker(device, log),
      exports,
      signing,
      outbox,
      checkpoints,
      exportRecords,
      saved,
      statistics,
      watching.reminders,
      new ExportCatchUp(store, exportRecords),
      receipts,
      control,
      bundles,
      attachments,
      batches,
      drops,
      imports,
      national,
      scan,
      evidence,
      crossRegion,
      signed.centralActs,
      signed.sheets,
      sync,
      backup,
      selfCheck,
      deepCheck,
      retention,
      rotation,
      auditLog,
      alerts,
      custody,
    ],
    processes: {
      startStore: () => store.start(),
      hasStore: () => store.running !== null,
      stopAll: async (graceMs) => {
        await store.stop(graceMs);
        ingests.stopAll();
        device.stop();
        await jobs.stop();
        // A killed job leaves rows in plain text; at the lock they go at once, not at the next unlock. Also the archive
        // that it was making beside its target, which only its folder here names.
        await sweepStaging(paths.exportsTemporary);
        await rm(paths.exportsTemporary, { recursive: true, force: true });
      },
    },
    machine: around.machine,
    isEmergency: () => around.engine.isEmergency,
    checkpoints,
    kdf: () => around.kdf.measure(),
    takeFirstAuditKey: () => {
      const key = firstAuditKey;
      firstAuditKey = null;
      return key;
    },
    cachedTime: (keys) => cachedTime(paths.segments, keys),
    clock,
    rulePack,
    opensRealOffices: around.opensRealOffices,
    onEnding: hooks.onEnding,
    recovery,
    saveOffice: (office) => hooks.saveOffice(office),
    regionKeys,
    learnTime: () => control.learnTime(),
    refreshStatements: async (office, keys) => {
      if (hasMeasure(control.level.level, 'stick-only')) return null;
      const now = withBackup(office, control.level);
      const renewed = await fetchStatements(now, keys, log, around.line);
      if (renewed !== null) await hooks.saveOffice(renewed);
      return renewed;
    },
  });
  const holdFirstSecrets = ({ recovery, auditKey }: FirstSecrets) => {
    firstAuditKey = auditKey;
    custody.hold(recovery);
  };
  const all: OfficeServices = {
    paths,
    sessions,
    store,
    device,
    unlock,
    recovery,
    sync,
    outbox,
    saved,
    watch: watching,
    feedback: site.feedback,
    control,
    attachments,
    evidence,
    bundles,
    batches,
    drops,
    batchFiles: signed.batchFiles,
    national,
    scan,
    lookups: site.lookups,
    crossRegion,
    site: site.site,
    siteFiles: signed.siteFiles,
    visitFiles: signed.visitFiles,
    statistics,
    statisticsFiles: signed.statisticsFiles,
    fieldReports: site.fieldReports,
    followUps: site.followUps,
    followUpPdf: signed.followUpPdf,
    outgoing: line.outgoing,
    reveal: signed.reveal,
    rotation,
    exports,
    recipients: signed.recipients,
    recordPdf: signed.recordPdf,
    admissions: signed.admissions,
    signing,
    agreement: signed.agreement,
    centralActs: signed.centralActs,
    imports,
    tokens: people.tokens,
    backup,
    formerOffices: ground.formerOffices,
    selfCheck,
    deepCheck,
    retention,
    alerts,
    auditLog,
    emergencyImport,
    people: people.people,
    holdFirstSecrets,
  };
  return all;
}
