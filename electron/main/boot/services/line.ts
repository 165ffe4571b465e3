import { join } from 'node:path';
import { hasMeasure } from '../../../../shared/domain/emergency/levels';
import { dayInShanghai } from '../../../../shared/kernel/day';
import { RESTORED_EVIDENCE } from '../../../store/backup/manifest';
import { AttachmentService } from '../../services/attachments/attachments';
import { BundleService } from '../../services/bundle/bundles';
import { OutgoingBundles } from '../../services/bundle/outgoing';
import { StickGrants } from '../../services/bundle/stick-grants';
import { StickNational } from '../../services/bundle/stick-national';
import { withBackup } from '../../services/control/level-endpoints';
import { FreshnessNotice } from '../../services/desk/freshness-notice';
import { EvidenceService } from '../../services/evidence/evidence';
import { ExportReceipts } from '../../services/exports/receipts';
import { NationalService } from '../../services/national/national';
import { DeviceReports } from '../../services/report/report';
import { SavedItems } from '../../services/saved/saved-items';
import { eachInTurn } from '../../services/sync/service/each-in-turn';
import { SyncService } from '../../services/sync/sync';
import { createWatch } from '../../services/watch/watch';
import type { Ground } from './ground';
import type { Start } from './start';

const NO_POLICY = { isMetered: false, isPaused: false };

/** What goes over the line to the centre or by a stick. */
export function composeLine(
  { paths, around, hooks, late }: Start,
  { sessions, store, recovery, watch, outbox, counters, regionKeys, control }: Ground,
) {
  const { events, log, clock, nowMs, rulePack } = around;
  const reports = new DeviceReports({
    store,
    program: around.program,
    nowMs,
    asOf: () => sync.asOf(),
    keyEpoch: () => sessions.current?.keys.transportEpochs.at(-1) ?? null,
    isEmergency: () => around.engine.isEmergency,
  });
  const freshness = new FreshnessNotice({
    store,
    log,
    nowMs,
    isPractice: () => hooks.isPractice(),
    locale: () => around.desktop?.locale() ?? 'zh-CN',
    show: (title, body) => around.desktop?.show(title, body),
  });
  const evidence = new EvidenceService({
    store,
    sessions,
    outbox,
    log,
    folder: paths.evidence,
    restored: join(paths.officeDir, RESTORED_EVIDENCE),
    chooseFile: () => around.dialogs.chooseEvidence(),
    policy: () => around.lineSettings?.current ?? NO_POLICY,
  });
  const national = new NationalService({
    log,
    nowMs,
    statementPath: paths.national,
    filterPath: paths.nationalFilter,
    office: () => hooks.office(),
  });
  const saved = new SavedItems({ store, sessions, outbox, nowMs });
  const watching = createWatch({
    store,
    sessions,
    saved,
    log,
    highestMs: () => clock.highestMs(),
    isEmergency: () => around.engine.isEmergency,
    locale: () => around.desktop?.locale() ?? 'zh-CN',
    show: (title, body) => around.desktop?.show(title, body),
  });
  const sync = new SyncService({
    outbox: {
      state: () => outbox.state(),
      send: async (line, signal, takesBulk) => {
        await eachInTurn(signal, [
          // The commands first: the server takes what they name, and nothing else.
          () => outbox.send(line, signal),
          () => evidence.send(line, signal),
          () => saved.pull(line, signal),
          () => national.pull(line, signal, takesBulk),
          () => late().crossRegion.pull(line, signal),
        ]);
      },
    },
    reports,
    mayLoad: () => !recovery.hasSliceFault,
    store,
    sessions,
    events,
    log,
    clock,
    isEmergency: () => around.engine.isEmergency,
    cacheDir: paths.segments,
    incomingDir: join(paths.officeDir, 'incoming'),
    counters,
    startIngest: around.startIngest,
    freshnessDays: rulePack.freshnessDays,
    heldStatements: () => hooks.office().statements,
    office: () => withBackup(hooks.office(), control.level),
    isShut: () => hasMeasure(control.level.level, 'stick-only'),
    saveCertificates: (tlsCertificate, nextTlsCertificate) =>
      hooks.saveCertificates({ tlsCertificate, nextTlsCertificate }),
    saveOffice: async (office) => {
      await hooks.saveOffice(office);
      await regionKeys.renewed(sessions.current);
      await watch.renewed(office);
      await receipts.take();
    },
    onConnection: () => {
      hooks.onConnection();
      attachments.lineChanged();
    },
    onRunEnded: () => attachments.lineChanged(),
    ...(around.line === undefined ? {} : { line: around.line }),
    onStatus: (status) => void freshness.look(status),
    policy: () => around.lineSettings?.current ?? NO_POLICY,
    resume: () => void around.lineSettings?.set({ isPaused: false }),
  });
  const attachments: AttachmentService = new AttachmentService({
    store,
    events,
    log,
    nowMs,
    folder: paths.attachments,
    isEmergency: () => around.engine.isEmergency,
    line: () => sync.line,
    connection: () => sync.connection,
    policy: () => around.lineSettings?.current ?? NO_POLICY,
  });
  around.lineSettings?.onChange((settings) => {
    sync.policyChanged(settings);
    attachments.policyChanged();
  });
  const bundles = new BundleService({
    store,
    sessions,
    events,
    log,
    clock,
    control,
    outbox,
    sync,
    pictures: attachments.stick,
    national: new StickNational(national),
    grants: new StickGrants({
      sessions,
      nowMs: () => clock.highestMs(),
      office: () => hooks.office(),
      crossRegion: () => late().crossRegion,
    }),
    evidence,
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    chooseFile: () => around.dialogs.chooseBundle(),
    saveEndpoints: (endpoints) => hooks.saveEndpoints(endpoints),
  });
  const outgoing = new OutgoingBundles({
    store,
    sessions,
    nowMs,
    reports,
    outbox,
    pictures: attachments.stick,
    evidence,
    isDiffering: async () => {
      const { state, why } = (await sync.status()).proof;
      // Names come with every stick.
      return state === 'differs' && why === null;
    },
    national,
    grants: {
      held: () => late().crossRegion.held(),
      isConcerned: () => late().crossRegion.standings.isHeard(),
    },
    isNationalOld: () => (national.facts?.day ?? -1) < dayInShanghai(nowMs()),
    receipts: () => control.owedReceipts,
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const receipts = new ExportReceipts({
    store,
    log,
    nowMs: () => clock.highestMs(),
    office: () => hooks.office(),
  });
  return {
    reports,
    freshness,
    evidence,
    national,
    saved,
    watching,
    sync,
    attachments,
    bundles,
    outgoing,
    receipts,
  };
}

export type Line = ReturnType<typeof composeLine>;
