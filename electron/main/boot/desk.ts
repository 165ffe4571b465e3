import { join } from 'node:path';
import { app, type BrowserWindow, dialog, safeStorage, session, shell } from 'electron';
import { hasMeasure } from '../../../shared/domain/emergency/levels';
import type { LockReason } from '../../../shared/ipc/routes/app';
import { deriveElsewhere } from '../../crypto/kdf';
import {
  fileMachineSecret,
  type MachineSecretProvider,
  systemMachineSecret,
} from '../../crypto/machine-secret';
import { HighestSeen, systemClock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import { dataPaths } from '../../platform/paths';
import { JobsClient } from '../clients/jobs-client';
import { probeStore, startEmergency, startStore } from '../clients/start-store';
import { childEnvironment, startUtility } from '../clients/utility-link';
import { CommandActivity } from '../ipc/command-activity';
import { aboutHandlers } from '../ipc/handlers/about';
import { actHandlers } from '../ipc/handlers/acts';
import { agreementHandlers } from '../ipc/handlers/agreement';
import { alertHandlers } from '../ipc/handlers/alerts';
import { appHandlers } from '../ipc/handlers/app';
import { attachmentHandlers } from '../ipc/handlers/attachments';
import { auditHandlers } from '../ipc/handlers/audit';
import { backupHandlers } from '../ipc/handlers/backup';
import { batchHandlers } from '../ipc/handlers/batch';
import { boardHandlers } from '../ipc/handlers/boards';
import { bundleHandlers } from '../ipc/handlers/bundle';
import { crossRegionHandlers } from '../ipc/handlers/cross-region';
import { deepCheckHandlers } from '../ipc/handlers/deep-check';
import { deviceHandlers } from '../ipc/handlers/device';
import { dropHandlers } from '../ipc/handlers/drops';
import { emergencyHandlers } from '../ipc/handlers/emergency';
import { evidenceHandlers } from '../ipc/handlers/evidence';
import { exportFactorHandlers } from '../ipc/handlers/export-factors';
import { exportHandlers } from '../ipc/handlers/exports';
import { feedbackHandlers } from '../ipc/handlers/feedback';
import { formerHandlers } from '../ipc/handlers/former';
import { importHandlers } from '../ipc/handlers/imports';
import { lineHandlers } from '../ipc/handlers/line';
import { managedHandlers } from '../ipc/handlers/managed';
import { outboxHandlers } from '../ipc/handlers/outbox';
import { peopleHandlers } from '../ipc/handlers/people';
import { recordHandlers } from '../ipc/handlers/records';
import { recoveryHandlers } from '../ipc/handlers/recovery';
import { reportHandlers } from '../ipc/handlers/reports';
import { restoreHandlers } from '../ipc/handlers/restore';
import { retentionHandlers } from '../ipc/handlers/retention';
import { rotationHandlers } from '../ipc/handlers/rotation';
import { savedHandlers } from '../ipc/handlers/saved';
import { scanHandlers } from '../ipc/handlers/scan';
import { selfCheckHandlers } from '../ipc/handlers/self-check';
import { signingHandlers } from '../ipc/handlers/signing';
import { siteHandlers } from '../ipc/handlers/site';
import { statisticsHandlers } from '../ipc/handlers/statistics';
import { syncHandlers } from '../ipc/handlers/sync';
import { tokenHandlers } from '../ipc/handlers/tokens';
import { unlockHandlers } from '../ipc/handlers/unlock';
import { updateHandlers } from '../ipc/handlers/update';
import { watchHandlers } from '../ipc/handlers/watch';
import { createRouter, type Handlers, type Route } from '../ipc/router';
import { Diagnostics } from '../services/diagnostics/diagnostics';
import { LineSettingsKeeper } from '../services/line/line-settings';
import { proxyOf } from '../services/managed/policy';
import { PRACTICE_CERTIFICATES } from '../services/practice/practice-facts';
import { PracticeServer } from '../services/practice/practice-server';
import { loadResources } from '../services/tables/resources';
import { tablesOf } from '../services/tables/tables';
import { Verifier } from '../services/verify/verifier';
import { VerifyService } from '../services/verify/verify';
import { KdfClient } from '../workers/kdf-client';
import { guardCopies } from './copying';
import { type Development, outsideArchive, standInNode } from './development';
import { deviceDialogs, eraseTraces } from './device-surroundings';
import type { Front } from './front';
import { loadRevocationLists, loadRulePack, loadTrustRoots, pkcs11Libraries } from './installation';
import { managedPolicy } from './managed-policy';
import { Office } from './office';
import { PortBroker } from './port-broker';
import { installationAt } from './program-folders';
import { ProgramGuard } from './program-guard';
import { makeRestore, settleOffices } from './restore';
import { runtimeOf } from './runtime';
import type { Surroundings } from './services/surroundings';
import { settingsFile } from './settings-file';
import { skfProfiles } from './skf-profiles';
import { engineIdentity, StoreEngine } from './store-engine';
import { sweepPassing, verifierTemporary } from './sweep-passing';
import { makeUpdates, type UpdateDesk } from './updates';
import { chooseFile, showNotice } from './window-acts';
import type { Windows } from './windows';

/** The first page draws itself undisturbed for so long after it was loaded; what an unlock needs begins then, or when it is asked for. */
const FIRST_PAGE_MS = 300;

/** The running desk, as the start sees it. */
export interface Desk {
  readonly windows: Windows;
  readonly route: Route;
  readonly idleLockMs: number;
  lock(reason: LockReason): Promise<void>;
  /** Grants the page its port again when it was loaded anew, and guards what is copied out of it. */
  follow(window: BrowserWindow): void;
  openPractice(): void;
  /** The main window is there: this version has shown itself. */
  reachedWindow(): Promise<void>;
  /** Ends everything and puts in place what waits; what is to be started then, or null. */
  quit(): Promise<string | null>;
}

/** Wires Electron to the services. `eraseLogs` empties the log files. */
export async function makeDesk(
  log: Logger,
  dev: Development,
  { settings, windows, presence }: Front,
  eraseLogs: () => void,
): Promise<Desk> {
  const userData = app.getPath('userData');
  const { isPackaged } = app;
  const place = installationAt(app.getAppPath());
  const standIn = standInNode();
  const node = standIn ?? dev.node;
  const outside = standIn === null ? (path: string) => path : outsideArchive;
  const runtime = runtimeOf(process.versions.electron, dev);
  const resources = loadResources(place.resources);
  const rulePack = loadRulePack(place.resources);
  const events = { emit: windows.emit.bind(windows) } as Surroundings['events'];
  const jobs = new JobsClient(() => startUtility(place.jobs, 'fieldcert-jobs'));
  const verifyJobs = new JobsClient(() => startUtility(place.jobs, 'fieldcert-verifier'));
  const verifier = new Verifier({
    jobs: verifyJobs,
    onProgress: (done, total) => events.emit('exports.verifying', { done, total }),
  });
  const kdf = new KdfClient(() => startUtility(place.kdf, 'fieldcert-kdf'));
  deriveElsewhere(kdf.derive);
  let tellShown: () => void = () => undefined;
  const shown = new Promise<void>((resolve) => {
    tellShown = resolve;
  });
  const broker = new PortBroker(
    () => windows.mainWindow?.webContents ?? null,
    () => office.demandServices().store,
    log,
  );
  const practiceServer = new PracticeServer({
    node,
    program: place.central,
    dataDir: join(userData, 'practice-server'),
    certificates: dev.practiceCertificates ?? PRACTICE_CERTIFICATES,
    env: childEnvironment(),
    events,
    log,
  });
  const storeRuntime = { isFallback: runtime.isFallback, node, env: dev.storeEnvironment };
  const engine = new StoreEngine({
    memory: join(userData, 'store-engine'),
    identity: engineIdentity(
      app.getVersion(),
      runtime.electron,
      Object.values(dev.storeEnvironment).join(),
    ),
    isForced: dev.isEmergencyForced,
    probe: () => probeStore(outside(place.probe), storeRuntime),
    log,
  });
  const guard = new ProgramGuard(log, () => void office.announce());
  const machine = machineSecret(dataPaths(userData).machineSecret, runtime.isTesting);
  const policy = managedPolicy(dev.policy, log);
  const lineSettings = new LineSettingsKeeper({
    managedProxy: proxyOf(policy),
    file: settingsFile(userData, log, 'line.json'),
    passwordPath: join(userData, 'proxy.sealed'),
    machine,
    log,
    resolveSystemProxy: (endpoint) => session.defaultSession.resolveProxy(endpoint),
  });
  const around: Surroundings = {
    events,
    log,
    clock: new HighestSeen(systemClock),
    nowMs: Date.now,
    awayMs: () => presence.awayMs(),
    program: `fieldcert-desk ${app.getVersion()}`,
    isFallback: runtime.isFallback,
    programFault: () => guard.fault,
    policy,
    opensRealOffices: runtime.opensRealOffices,
    machine,
    desktop: {
      locale: () => settings.current.locale,
      show: (title, body) => showNotice(windows, title, body),
    },
    line: lineSettings.setup,
    findWays: lineSettings.findWays,
    lineSettings,
    kdf: { prepare: () => void shown.then(() => kdf.prepare()), measure: () => kdf.measure() },
    resources,
    rulePack,
    readRulePack: () => loadRulePack(place.resources),
    startStore: () =>
      engine.isEmergency
        ? startEmergency(place.emergency)
        : startStore(outside(place.store), storeRuntime),
    engine,
    startDevice: () => startUtility(place.device, 'fieldcert-device'),
    jobs,
    startTables: () => startUtility(place.jobs, 'fieldcert-tables'),
    startIngest: () => startUtility(place.ingest, 'fieldcert-ingest'),
    pkcs11Libraries: pkcs11Libraries(dev.pkcs11),
    skfProfiles: skfProfiles({
      resources: place.resources,
      installed: isPackaged ? process.resourcesPath : null,
      named: dev.skf,
    }),
    windows: fileDialogs(windows),
    dialogs: deviceDialogs(() => windows.mainWindow),
    eraseTraces: () => eraseTraces(eraseLogs),
    recoveryWindow: {
      open: (onClosed) => windows.openRecovery(onClosed),
      close: () => windows.closeRecovery(),
      print: () => windows.printRecovery(),
    },
    listeners: [broker],
  };
  const office = new Office({
    userData,
    version: app.getVersion(),
    electron: runtime.electron,
    around,
    practiceServer,
    settings: () => settings.current,
    onLocked: (reason) => {
      // Nobody waits for its answer any more, and it has read somebody's file.
      verifier.stop();
      return reason === 'quit' ? Promise.resolve() : windows.renewMain();
    },
  });
  await sweepPassing(userData).catch((error) => log.warn('not swept', { detail: String(error) }));
  await settleOffices(userData, office, log);
  await office.load();
  const restore = makeRestore(userData, around, office);
  const trust = {
    roots: loadTrustRoots(place.resources),
    revocationLists: loadRevocationLists(place.resources),
  };
  const verify = new VerifyService({
    verifier,
    temporaryDir: verifierTemporary(userData),
    trust,
    ticketRoots: () => office.authorities(),
    chooseFile: () => chooseFile(windows),
  });
  const services = () => office.demandServices();
  const activity = new CommandActivity();
  const updating = makeUpdates({
    app,
    dev,
    resources: place.resources,
    policy,
    line: lineSettings,
    isFallback: runtime.isFallback,
    events,
    log,
    nowMs: () => around.clock.highestMs(),
    chooseFolder: around.windows.chooseFolder,
    showFile: around.windows.showFile,
    // Also without a session somebody may restore, recover, enrol or be half way through unlocking.
    isAtRest: () => office.role() === null && activity.isQuiet && !office.isWiping,
    isLineShut: () => hasMeasure(office.level, 'stick-only'),
  });
  const diagnostics = new Diagnostics({
    root: userData,
    logs: dataPaths(userData).logs,
    nowMs: Date.now,
    log,
    versions: versionsOf(app.getVersion()),
    isPackaged,
    state: () => office.state(),
    asks: () => diagnosticAsks(office, updating),
    chooseFolder: around.windows.chooseFolder,
    showFile: around.windows.showFile,
  });
  const handlers: Handlers = {
    ...appHandlers({
      state: () => office.state(),
      announce: () => office.announce(),
      notePage: (page) => office.notePage(page),
      settings,
      window: windowControls(windows),
      log,
    }),
    ...aboutHandlers(place.parts, diagnostics),
    ...unlockHandlers(office),
    ...tokenHandlers(office),
    ...deviceHandlers(office),
    ...peopleHandlers(services, windows, () => settings.current),
    ...recoveryHandlers(office, { chooseFolder: around.windows.chooseFolder, nowMs: Date.now }),
    ...syncHandlers(services),
    ...lineHandlers(services, lineSettings),
    ...batchHandlers(services),
    ...dropHandlers(services),
    ...scanHandlers(services, () => windows.camera.open()),
    ...siteHandlers(services),
    ...crossRegionHandlers(services),
    ...reportHandlers(services),
    ...statisticsHandlers(services),
    ...boardHandlers(() => windows.printMain()),
    ...bundleHandlers(services),
    ...outboxHandlers(services),
    ...savedHandlers(services),
    ...watchHandlers(services),
    ...feedbackHandlers(services),
    ...rotationHandlers(services),
    ...recordHandlers(services, tablesOf(resources, rulePack.highRiskIndustries)),
    ...attachmentHandlers(services),
    ...evidenceHandlers(services),
    ...exportFactorHandlers(services),
    ...exportHandlers(services, verify),
    ...agreementHandlers(services),
    ...actHandlers(services),
    ...importHandlers(services),
    ...signingHandlers(services, () => settings.current),
    ...backupHandlers(services),
    ...formerHandlers(services),
    ...selfCheckHandlers(services),
    ...deepCheckHandlers(services),
    ...retentionHandlers(services),
    ...emergencyHandlers(services),
    ...restoreHandlers(restore),
    ...alertHandlers(services),
    ...auditHandlers(services),
    ...updateHandlers(updating),
    ...managedHandlers(policy),
  };
  const route = createRouter({
    handlers,
    windowOf: (contentsId) => windows.windowOf(contentsId),
    admit: (name) => guard.admit(name),
    role: () => office.role(),
    level: () => office.level,
    audit: async (kind, name) => {
      const { store, sessions } = services();
      const actor = sessions.current?.view.userId ?? '';
      await store.call('auditAppend', { kind, actor, payload: { route: name } });
    },
    log,
    activity,
    isOutputChecked: !isPackaged,
  });
  const followCopies = guardCopies(
    {
      events,
      nowMs: Date.now,
      session: () => (office.role() === null || office.level > 0 ? null : services()),
    },
    (contentsId) => windows.windowOf(contentsId),
  );
  return {
    windows,
    route,
    idleLockMs: 5 * 60_000,
    lock: (reason) => office.lock(reason),
    follow: (window) => {
      const contents = window.webContents;
      followCopies(contents, window);
      contents.on('did-finish-load', () => broker.pageLoaded());
      contents.on('render-process-gone', (_event, { reason }) => {
        log.error('page process ended', { reason });
        void office.lock('person').then(() => windows.renewMain());
      });
    },
    openPractice: () => {
      office.practice().catch((error: unknown) => {
        log.warn('practice office not opened', { detail: String(error) });
      });
    },
    reachedWindow: async () => {
      // Known by the time somebody has typed a password. Not before: all of it would hold the first page up.
      setTimeout(() => {
        guard.begin();
        void engine.ready();
        tellShown();
      }, FIRST_PAGE_MS);
      updating.clock.start();
      await updating.updates.reachedWindow().catch((error: unknown) => {
        log.error('update not settled', { detail: String(error) });
      });
    },
    quit: async () => {
      updating.clock.stop();
      await office.lock('quit').catch(() => undefined);
      office.stop();
      practiceServer.stop();
      jobs.stop();
      verifyJobs.stop();
      kdf.stop();
      // Keys are zeroed and files closed: nothing is signed or written any more.
      return updating.end();
    },
  };
}

function versionsOf(program: string): Readonly<Record<string, string | undefined>> {
  const { electron, chrome, node, modules } = process.versions;
  return { program, electron, chrome, node, modules };
}

/** What the parts of the desk say of themselves; of the office's while it is open. */
function diagnosticAsks(office: Office, { updates }: UpdateDesk) {
  const update = async () => updates.status();
  if (office.role() === null) return { update };
  const { sync, selfCheck, control } = office.demandServices();
  return {
    update,
    sync: () => sync.status(),
    selfCheck: async () => (await selfCheck.status()).runs.slice(0, 3),
    control: async () => control.status(),
  };
}

function windowControls(windows: Windows) {
  return {
    minimize: () => windows.mainWindow?.minimize(),
    toggleMaximize: () => {
      const window = windows.mainWindow;
      if (window?.isMaximized()) window.unmaximize();
      else window?.maximize();
    },
    close: () => windows.mainWindow?.close(),
  };
}

function fileDialogs(windows: Windows): Surroundings['windows'] {
  return {
    defaultFolder: () =>
      app.isPackaged
        ? join(app.getPath('documents'), 'FieldCert')
        : join(app.getPath('userData'), 'exports'),
    chooseFolder: async () => {
      const window = windows.mainWindow;
      if (window === null) return null;
      const properties = ['openDirectory', 'createDirectory'] as const;
      const chosen = await dialog.showOpenDialog(window, { properties: [...properties] });
      return chosen.filePaths[0] ?? null;
    },
    showFile: (path) => shell.showItemInFolder(path),
    openSigningWindow: (onClosed) => windows.openSigning(onClosed),
    closeSigningWindow: () => windows.closeSigning(),
  };
}

/** The system's key store; under test a plain file stands in for it, with the same interface. */
function machineSecret(path: string, isTesting: boolean): MachineSecretProvider {
  if (isTesting) return { ...fileMachineSecret(path), isBound: true };
  return systemMachineSecret(path, safeStorage);
}
