import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasMeasure } from '../../../shared/domain/emergency/levels';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import type { LockReason, Settings } from '../../../shared/ipc/routes/app';
import { dayInShanghai } from '../../../shared/kernel/day';
import type {
  DirectiveStatement,
  SignedStatement,
} from '../../../shared/protocol/signed-statement';
import type { MachineSecretProvider } from '../../crypto/machine-secret';
import type { SkfProfile } from '../../device/drivers/skf/profile';
import { sweepStaging } from '../../jobs/package/staging';
import type { HighestSeen } from '../../platform/clock';
import type { DataPaths } from '../../platform/paths';
import type { ProgramFault } from '../../platform/program-files';
import { RESTORED_EVIDENCE } from '../../store/backup/manifest';
import { CodeClient } from '../clients/code-client';
import { DeviceClient } from '../clients/device-client';
import type { JobsClient } from '../clients/jobs-client';
import type { StartProcess } from '../clients/process-link';
import { type StartedStore, StoreClient } from '../clients/store-client';
import { TableClient } from '../clients/table-client';
import { AgreementService } from '../services/agreement/agreement';
import { AlertsService } from '../services/alerts/alerts';
import { AttachmentService } from '../services/attachments/attachments';
import { AuditLog } from '../services/audit/audit-log';
import { BackupService } from '../services/backup/backup';
import { BatchService } from '../services/batch/batch';
import { BatchFiles } from '../services/batch/batch-files';
import { BundleService } from '../services/bundle/bundles';
import { OutgoingBundles } from '../services/bundle/outgoing';
import { StickNational } from '../services/bundle/stick-national';
import { ControlService } from '../services/control/control-service';
import { withBackup } from '../services/control/level-endpoints';
import { settleLevel, settleMarks, withLevel } from '../services/control/marks';
import { CrossRegionService } from '../services/cross-region/cross-region';
import { DeepCheckService } from '../services/deep-check/deep-check';
import { FreshnessNotice } from '../services/desk/freshness-notice';
import { EmergencyImport } from '../services/emergency/import-log';
import { EvidenceService } from '../services/evidence/evidence';
import { ExportCatchUp } from '../services/exports/export-catch-up';
import { ExportRecords } from '../services/exports/export-record';
import { ExportService, type ExportsParts } from '../services/exports/exports';
import { ExportReceipts } from '../services/exports/receipts';
import { Recipients } from '../services/exports/recipients';
import { ImportService } from '../services/imports/imports';
import type { LineSettingsKeeper } from '../services/line/line-settings';
import type { Policy } from '../services/managed/policy';
import { NationalService } from '../services/national/national';
import { Feedback } from '../services/outbox/feedback';
import { handOut } from '../services/outbox/hand-out';
import { OutboxService } from '../services/outbox/outbox';
import { PeopleService } from '../services/people/people';
import { RecoveryCustody } from '../services/people/recovery-custody';
import { RemovedPeople } from '../services/people/removed-people';
import type { EventSink, NowMs, ServiceLog } from '../services/ports';
import { TrainingKeyMaker } from '../services/practice/training-key';
import { RecordPdf } from '../services/record-pdf/record-pdf';
import { RecoveryService } from '../services/recovery/recovery';
import { RegionKeys } from '../services/region-keys/region-keys';
import { DeviceReports } from '../services/report/report';
import { FollowUpPdf } from '../services/reports/follow-up-pdf';
import { FollowUps } from '../services/reports/follow-ups';
import { Reports } from '../services/reports/reports';
import { selectedVisits } from '../services/reports/visit-selection';
import { FormerOffices } from '../services/restore/former-offices';
import { RetentionService } from '../services/retention/retention';
import { RevealService } from '../services/reveal/reveal';
import { RotationService } from '../services/rotation/rotation';
import { SavedItems } from '../services/saved/saved-items';
import { Lookups } from '../services/scan/lookups';
import { ScanService } from '../services/scan/scan';
import { SelfCheckService } from '../services/self-check/self-check';
import { SignedFiles } from '../services/signed-files/signed-files';
import { AuditCheckpoints } from '../services/signing/checkpoints';
import { type SigningParts, SigningService } from '../services/signing/signing';
import { SiteService } from '../services/site/site';
import { SiteFiles } from '../services/site/site-files';
import { StatisticsService } from '../services/statistics/statistics';
import { StatisticsFiles } from '../services/statistics/statistics-files';
import { cachedTime } from '../services/sync/cache/open-cache';
import { SealCounters } from '../services/sync/counters';
import { fetchStatements } from '../services/sync/fetch-statements';
import type { LineSetup } from '../services/sync/line';
import { SyncService } from '../services/sync/sync';
import type { FindWays } from '../services/sync/transport/proxy';
import type { Resources } from '../services/tables/resources';
import { Admissions } from '../services/tickets/admissions';
import { CARD_READERS } from '../services/tokens/card-readers';
import { TokenBinding } from '../services/tokens/token-binding';
import type { FirstSecrets } from '../services/unlock/enrol';
import type { OfficeFile, RenewedCertificates } from '../services/unlock/office-file';
import { SessionHolder } from '../services/unlock/session';
import { SessionWatch } from '../services/unlock/session-watch';
import { type SessionListener, UnlockService } from '../services/unlock/unlock';
import { createWatch, type WatchServices } from '../services/watch/watch';
import type { KdfClient } from '../workers/kdf-client';
import type { StoreEngine } from './store-engine';

/** What Electron and the file system give to the services; a test gives its own. */
export interface Surroundings {
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  readonly nowMs: NowMs;
  /** Name and version of this program. */
  readonly program: string;
  readonly isFallback: boolean;
  /** What is wrong with the program's own files, as far as it is known; absent: nothing is looked at. */
  readonly programFault?: () => ProgramFault | null;
  /** What the administrator of the machine has set. */
  readonly policy?: Policy;
  readonly opensRealOffices: boolean;
  readonly machine: MachineSecretProvider;
  /** Derives keys from passwords in processes of their own, and measures what that may cost here. */
  readonly kdf: Pick<KdfClient, 'prepare' | 'measure'>;
  readonly resources: Resources;
  readonly rulePack: RulePack;
  /** Reads the shipped pack again, for the self-check. Throws RULE_PACK_REFUSED. */
  readonly readRulePack: () => RulePack;
  readonly startStore: () => StartedStore;
  /** Reads lists that people bring, in a process of its own. */
  readonly startTables: StartProcess;
  /** Which store that is. */
  readonly engine: Pick<StoreEngine, 'isEmergency' | 'ready' | 'doubt'>;
  /** Wire, clock and bandwidth limit of every line to the server; absent: straight, no limit. */
  readonly line?: LineSetup;
  /** Ways to a server that nothing is known of yet; absent: straight. */
  readonly findWays?: FindWays;
  /** What a person set for the network; absent: nothing. */
  readonly lineSettings?: LineSettingsKeeper;
  readonly startDevice: StartProcess;
  readonly jobs: JobsClient;
  /** The process that sees private values in bulk, one a run. */
  readonly startIngest: StartProcess;
  /** PKCS#11 libraries of the installed token drivers. */
  readonly pkcs11Libraries: readonly string[];
  /** SKF libraries of the installed Chinese U-Keys. */
  readonly skfProfiles: readonly SkfProfile[];
  readonly windows: Pick<ExportsParts, 'chooseFolder' | 'showFile' | 'defaultFolder'> &
    Pick<SigningParts, 'openSigningWindow' | 'closeSigningWindow'>;
  /** Files that a person chooses; null when the person cancelled. */
  readonly dialogs: {
    chooseLeaseFile(): Promise<string | null>;
    chooseBundle(): Promise<string | null>;
    chooseList(): Promise<string | null>;
    chooseEvidence(): Promise<string | null>;
    chooseCertificate(): Promise<string | null>;
    saveOutbox(name: string): Promise<string | null>;
  };
  /** Removes log files and what the pages' engine keeps, for a wipe. */
  readonly eraseTraces: () => Promise<void>;
  readonly recoveryWindow: {
    open(onClosed: () => void): Promise<void>;
    close(): void;
    print(): Promise<'printed' | 'cancelled' | 'no-printer'>;
  };
  /** Notices on the desktop, in the person's language. */
  readonly desktop?: {
    locale(): Settings['locale'];
    show(title: string, body: string): void;
  };
  /** Further listeners to sessions: the port broker. */
  readonly listeners: readonly SessionListener[];
}

/** Everything that belongs to one office's data folder. */
export interface OfficeServices {
  readonly paths: DataPaths;
  readonly sessions: SessionHolder;
  readonly store: StoreClient;
  readonly device: DeviceClient;
  readonly unlock: UnlockService;
  readonly recovery: RecoveryService;
  readonly sync: SyncService;
  readonly outbox: OutboxService;
  readonly saved: SavedItems;
  readonly watch: WatchServices;
  readonly feedback: Feedback;
  readonly control: ControlService;
  readonly attachments: AttachmentService;
  readonly evidence: EvidenceService;
  readonly bundles: BundleService;
  readonly batches: BatchService;
  readonly batchFiles: BatchFiles;
  readonly national: NationalService;
  readonly scan: ScanService;
  readonly lookups: Lookups;
  readonly crossRegion: CrossRegionService;
  readonly site: SiteService;
  readonly siteFiles: SiteFiles;
  readonly statistics: StatisticsService;
  readonly statisticsFiles: StatisticsFiles;
  readonly fieldReports: Reports;
  readonly followUps: FollowUps;
  readonly followUpPdf: FollowUpPdf;
  readonly outgoing: OutgoingBundles;
  readonly reveal: RevealService;
  readonly rotation: RotationService;
  readonly exports: ExportService;
  readonly recipients: Recipients;
  readonly recordPdf: RecordPdf;
  readonly admissions: Admissions;
  readonly signing: SigningService;
  readonly agreement: AgreementService;
  readonly imports: ImportService;
  readonly emergencyImport: EmergencyImport;
  readonly tokens: TokenBinding;
  readonly backup: BackupService;
  readonly formerOffices: FormerOffices;
  readonly selfCheck: SelfCheckService;
  readonly deepCheck: DeepCheckService;
  readonly retention: RetentionService;
  readonly alerts: AlertsService;
  readonly auditLog: AuditLog;
  readonly people: PeopleService;
  /** Secrets of an enrolment, until they are used or handed out. */
  holdFirstSecrets(secrets: FirstSecrets): void;
}

export interface OfficeHooks {
  /** The store ended without being told to; the desk locks. */
  onStoreCrashed(): void;
  /** Ends the session for a reason that the services found. */
  readonly lock: (reason: LockReason) => void;
  /** A session counts as ended: pages are told and replaced. */
  readonly onEnding: (reason: LockReason) => void;
  saveOffice(office: OfficeFile): Promise<void>;
  /** Other people can unlock. */
  onPeopleChanged(): Promise<void>;
  isPractice(): boolean;
  watermark(): string;
  announce(): Promise<void>;
  /** The server came or went. */
  onConnection(): void;
  /** What the device knows of its office now. */
  office(): OfficeFile;
  saveStatements(statements: readonly SignedStatement[]): Promise<void>;
  saveEndpoints(endpoints: readonly string[]): Promise<void>;
  saveCertificates(renewed: RenewedCertificates): Promise<void>;
  saveKeyEpoch(keyEpoch: number): Promise<void>;
  onLockOrder(): Promise<void>;
  onWipeOrder(directive: DirectiveStatement): Promise<void>;
  /** The control channel brought something. */
  onControl(): void;
}

const NO_POLICY = { isMetered: false, isPaused: false };

/** Wires the services of one office. Nothing is started before a session opens. */
export function composeOffice(
  paths: DataPaths,
  around: Surroundings,
  hooks: OfficeHooks,
): OfficeServices {
  const { events, log, clock, nowMs, resources, jobs, rulePack } = around;
  const sessions = new SessionHolder();
  const store = new StoreClient(
    around.startStore,
    () => hooks.onStoreCrashed(),
    (code, file) => recovery.found(code, file),
  );
  store.onEvent((event) => {
    if (event.event === 'upgrade-progressed')
      log.info('store upgraded so far', { done: event.done, total: event.total });
    if (event.event !== 'faulted') return;
    log.warn('store refused', { ref: event.ref, error: event.code, detail: event.detail });
    recovery.found(event.code, event.file ?? '');
  });
  const recovery: RecoveryService = new RecoveryService({
    officeDir: paths.officeDir,
    damageFile: paths.damage,
    store,
    sessions,
    log,
    nowMs,
    program: around.program,
    chooseFolder: () => around.windows.chooseFolder(),
    lock: (reason) => hooks.lock(reason),
    announce: () => hooks.announce(),
    resume: async (session) => void (await unlock.resume(session)),
  });
  const formerOffices = new FormerOffices({
    officeDir: paths.officeDir,
    store,
    sessions,
    nowMs,
    program: around.program,
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const device = new DeviceClient(
    around.startDevice,
    () => ({
      pkcs11Libraries: [...around.pkcs11Libraries],
      skfProfiles: [...around.skfProfiles],
      cardReaders: [...CARD_READERS],
      isPracticeOffice: hooks.isPractice(),
      ...(hooks.isPractice() ? { training: { directory: join(paths.officeDir, 'training') } } : {}),
    }),
    () => events.emit('signing.tokens-changed', {}),
  );
  const watch = new SessionWatch({ sessions, clock, lock: hooks.lock });
  const outbox = new OutboxService({
    store,
    sessions,
    log,
    nowMs,
    mirrorPath: paths.outboxMirror,
    handOut: (path, name) => handOut((wanted) => around.dialogs.saveOutbox(wanted), path, name),
    onAppended: () => sync.outboxChanged(),
  });
  const counters = new SealCounters(paths.sealCounter);
  const regionKeys = new RegionKeys({
    store,
    log,
    office: () => hooks.office(),
    saveKeyEpoch: (keyEpoch) => hooks.saveKeyEpoch(keyEpoch),
    isEmergency: () => around.engine.isEmergency,
  });
  const control = new ControlService({
    machine: around.machine,
    paths,
    clock,
    nowMs,
    log,
    sessions,
    outbox,
    office: () => hooks.office(),
    saveStatements: async (statements) => {
      await hooks.saveStatements(statements);
      await regionKeys.renewed(sessions.current);
    },
    saveEndpoints: (endpoints) => hooks.saveEndpoints(endpoints),
    requireSync: () => {
      if (sessions.view === null || around.engine.isEmergency) return false;
      sync.start();
      return true;
    },
    settleMarks: async (held, ofLevel) => {
      const settled = await settleMarks(store, held, ofLevel);
      await crossRegion.setMarks(withLevel(settled.marks, ofLevel));
      return settled;
    },
    settleLevel: (held) => settleLevel(store, held),
    onLevel: async () => {
      if (hasMeasure(control.level.level, 'isolate')) await exports.stop();
      await sync.levelChanged();
    },
    saveCertificates: (renewed) => hooks.saveCertificates(renewed),
    onLock: () => hooks.onLockOrder(),
    onWipe: (directive) => hooks.onWipeOrder(directive),
    onChange: () => hooks.onControl(),
    ...(around.line === undefined ? {} : { line: around.line }),
  });
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
        await outbox.send(line, signal);
        // The commands first: the server takes what they name, and nothing else.
        await evidence.send(line, signal);
        await saved.pull(line, signal);
        await national.pull(line, signal, takesBulk);
        await crossRegion.pull(line, signal);
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
    evidence,
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    chooseFile: () => around.dialogs.chooseBundle(),
    saveEndpoints: (endpoints) => hooks.saveEndpoints(endpoints),
  });
  const tables = new TableClient(around.startTables);
  const batches = new BatchService({
    store,
    sessions,
    events,
    tables,
    nowMs,
    temporaryDir: paths.exportsTemporary,
    isEmergency: () => around.engine.isEmergency,
    chooseList: () => around.dialogs.chooseList(),
  });
  const lookups = new Lookups({
    store,
    sessions,
    outbox,
    nowMs,
    rulePack,
    today: () => dayInShanghai(clock.highestMs()),
  });
  const scan = new ScanService({
    isMarked: (certificate) => control.isMarked(certificate),
    isAllMarked: () => control.isAllMarked,
    store,
    sessions,
    codes: new CodeClient(around.startTables),
    nowMs,
    national,
    lookups,
    rulePack,
    today: () => dayInShanghai(clock.highestMs()),
    isEmergency: () => around.engine.isEmergency,
    choosePicture: () => around.dialogs.chooseEvidence(),
  });
  const today = () => dayInShanghai(clock.highestMs());
  const site = new SiteService({ store, sessions, scan, outbox, nowMs, today });
  const fieldReports = new Reports({ store, sessions, evidence, nowMs, today });
  const followUps = new FollowUps({
    store,
    sessions,
    nowMs,
    selected: (selection) =>
      selectedVisits({ store, today, batchRows: (input) => batches.rows(input) }, selection),
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
    isNationalOld: () => (national.facts?.day ?? -1) < dayInShanghai(nowMs()),
    receipts: () => control.owedReceipts,
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const emergencyImport = new EmergencyImport({
    officeDir: paths.officeDir,
    store,
    isEmergency: () => around.engine.isEmergency,
    log,
  });
  const rotation = new RotationService({
    store,
    sessions,
    events,
    log,
    nowMs,
    startIngest: around.startIngest,
    counters,
    sync,
    isEmergency: () => around.engine.isEmergency,
  });
  const feedback = new Feedback({ store, sessions, outbox, program: around.program });
  const exportRecords = new ExportRecords({ store, outbox, log });
  const exporting = { store, sessions, sync, resources, nowMs: () => clock.highestMs() };
  const signing = new SigningService({ ...around.windows, device, sessions });
  const signedFiles = new SignedFiles({
    store,
    sessions,
    signing,
    nowMs,
    temporaryDir: paths.exportsTemporary,
    chooseFolder: () => around.windows.chooseFolder(),
    showFile: (path) => around.windows.showFile(path),
  });
  const batchFiles = new BatchFiles({
    batches,
    sync,
    tables,
    signed: signedFiles,
    watermark: () => hooks.watermark(),
    chooseFolder: () => around.windows.chooseFolder(),
    showFile: (path) => around.windows.showFile(path),
  });
  const siteFiles = new SiteFiles({
    sessions,
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
    watermark: () => hooks.watermark(),
  });
  const crossRegion: CrossRegionService = new CrossRegionService({
    ...exporting,
    outbox,
    signing,
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
  });
  const checkpoints = new AuditCheckpoints({ ...exporting, device, outbox, log });
  const agreement = new AgreementService({
    ...exporting,
    agreement: resources.agreement,
    outbox,
    signing,
    office: () => hooks.office(),
  });
  const imports = new ImportService({
    ...exporting,
    tables: new TableClient(around.startTables),
    outbox,
    signing,
    agreement,
    temporaryDir: paths.exportsTemporary,
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
    ...(around.line === undefined ? {} : { line: around.line }),
  });
  const receipts = new ExportReceipts({
    store,
    log,
    nowMs: () => clock.highestMs(),
    office: () => hooks.office(),
  });
  const recordPdf = new RecordPdf({
    ...exporting,
    jobs,
    outbox,
    admissions,
    chooseTarget: (name) => around.dialogs.saveOutbox(name),
    showFile: (path) => around.windows.showFile(path),
    watermark: () => hooks.watermark(),
  });
  const followUpPdf = new FollowUpPdf({
    ...exporting,
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
  const exports = new ExportService({
    marksNow: () => `${control.settledMarks} ${control.marksVersion}`,
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
  const backup = new BackupService({
    store,
    sessions,
    events,
    log,
    clock,
    officeDir: paths.officeDir,
    workDir: `${paths.officeDir}.copy`,
    evidenceDir: paths.evidence,
    program: around.program,
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const deepCheck = new DeepCheckService({
    store,
    sessions,
    events,
    log,
    clock,
    counters,
    startIngest: around.startIngest,
    isEmergency: () => around.engine.isEmergency,
    onBroken: () => sync.repairSoon(),
    hasProof: () => sync.hasProof(),
    areIssuersSound: () => sync.areIssuersSound(),
    areMovesSound: () => sync.areMovesSound(),
  });
  const selfCheck = new SelfCheckService({
    deepCheck,
    store,
    sessions,
    events,
    log,
    clock,
    officeDir: paths.officeDir,
    program: around.program,
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    readRulePack: () => around.readRulePack(),
  });
  const retention = new RetentionService({
    purgeFormer: (beforeMs) => formerOffices.purge(beforeMs),
    store,
    sessions,
    events,
    clock,
    log,
    isEmergency: () => around.engine.isEmergency,
    asOf: () => sync.asOf(),
  });
  const auditLog = new AuditLog({
    store,
    sessions,
    events,
    clock,
    signing,
    office: () => hooks.office(),
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const alerts = new AlertsService({
    store,
    sessions,
    clock,
    log,
    outbox,
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    exportsPerDay: async () => {
      const { limits } = (await admissions.said()).policy;
      return Math.min(limits.inspector.perDay, limits.head.perDay);
    },
    names: () => auditLog.names(),
  });
  const custody = new RecoveryCustody(() => around.recoveryWindow.close());
  const removed = new RemovedPeople(store);
  const tell = () => events.emit('people.changed', {});
  const people = new PeopleService({
    sessions,
    store,
    machine: around.machine,
    device,
    kdf: () => around.kdf.measure(),
    clock,
    nowMs,
    custody,
    removed,
    office: () => hooks.office(),
    onChanged: () => hooks.onPeopleChanged(),
    openWindow: (onClosed) => around.recoveryWindow.open(onClosed),
    print: () => around.recoveryWindow.print(),
    tell,
  });
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
      imports,
      national,
      scan,
      evidence,
      crossRegion,
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
    refreshStatements: async (office, keys) => {
      if (hasMeasure(control.level.level, 'stick-only')) return null;
      const now = withBackup(office, control.level);
      const renewed = await fetchStatements(now, keys, log, around.line);
      if (renewed !== null) await hooks.saveOffice(renewed);
      return renewed;
    },
  });
  const reveal = new RevealService(store, sessions, agreement);
  const tokens = new TokenBinding({
    device,
    store,
    sessions,
    machine: around.machine,
    kdf: () => around.kdf.measure(),
    highestMs: () => clock.highestMs(),
    nowMs,
  });
  const holdFirstSecrets = ({ recovery, auditKey }: FirstSecrets) => {
    firstAuditKey = auditKey;
    custody.hold(recovery);
  };
  return {
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
    feedback,
    control,
    attachments,
    evidence,
    bundles,
    batches,
    batchFiles,
    national,
    scan,
    lookups,
    crossRegion,
    site,
    siteFiles,
    statistics,
    statisticsFiles,
    fieldReports,
    followUps,
    followUpPdf,
    outgoing,
    reveal,
    rotation,
    exports,
    recipients,
    recordPdf,
    admissions,
    signing,
    agreement,
    imports,
    tokens,
    backup,
    formerOffices,
    selfCheck,
    deepCheck,
    retention,
    alerts,
    auditLog,
    emergencyImport,
    people,
    holdFirstSecrets,
  };
}
