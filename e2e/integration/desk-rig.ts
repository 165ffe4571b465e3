import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argon2Parameters } from '../../electron/crypto/kdf';
import {
  fileMachineSecret,
  type MachineSecretProvider,
} from '../../electron/crypto/machine-secret';
import { loadRulePack } from '../../electron/main/boot/installation';
import { Office } from '../../electron/main/boot/office';
import { makeRestore } from '../../electron/main/boot/restore';
import type { Surroundings } from '../../electron/main/boot/services/surroundings';
import { settingsFile } from '../../electron/main/boot/settings-file';
import { JobsClient } from '../../electron/main/clients/jobs-client';
import { LineSettingsKeeper } from '../../electron/main/services/line/line-settings';
import type { Policy } from '../../electron/main/services/managed/policy';
import type { EventSink, ServiceLog } from '../../electron/main/services/ports';
import { PracticeServer } from '../../electron/main/services/practice/practice-server';
import type { RestoreService } from '../../electron/main/services/restore/restore';
import { plainSetup } from '../../electron/main/services/sync/line';
import type { Way } from '../../electron/main/services/sync/transport/proxy';
import { TlsTransport } from '../../electron/main/services/sync/transport/tls-transport';
import { straightOnly } from '../../electron/main/services/sync/transport/way-agent';
import { loadResources } from '../../electron/main/services/tables/resources';
import { type Clock, HighestSeen, systemClock } from '../../electron/platform/clock';
import { dataPaths } from '../../electron/platform/paths';
import { launchStore, type StoreClient } from '../../electron/store/launcher';
import type { Central } from '../../server/central';
import type { EnrolOptions } from '../../server/central-options';
import type { DeskEventName } from '../../shared/ipc/events';
import { PATHS } from '../../shared/protocol/endpoints';
import { childLink } from './child-link';
import type { CuttingProxy } from './cutting-proxy';

const appRoot = process.env.FIELDCERT_APP ?? process.cwd();
export const appPath = (...names: string[]): string => join(appRoot, ...names);

/** Real Argon2id, but quick: what a desk is started for here is never how long a guess takes. */
const CHEAP: Argon2Parameters = { memoryKiB: 256, passes: 1, lanes: 1 };

export interface ToldEvent {
  readonly name: DeskEventName;
  readonly payload: unknown;
}

/** The whole desk but Electron: real services, store, device and jobs processes, a folder of its own. */
export interface DeskRig {
  readonly office: Office;
  readonly restore: RestoreService;
  readonly userData: string;
  readonly machine: MachineSecretProvider;
  /** The highest time seen; a test may move it forward. */
  readonly clock: HighestSeen;
  readonly events: ToldEvent[];
  readonly logged: string[];
  readonly lineSettings: LineSettingsKeeper;
  /** The signing window, as far as the services see it. */
  readonly signing: { isOpen: boolean };
  /** What the person chooses in dialogs; null cancels. */
  readonly chosen: {
    leaseFile: string | null;
    outboxTarget: string | null;
    bundle: string | null;
    evidence: string | null;
    certificate: string | null;
    folder: string | null;
    list: string | null;
  };
  /** The window that hands out the recovery key, likewise. */
  readonly recovery: { isOpen: boolean };
  close(): Promise<void>;
}

export interface RigOptions {
  readonly isEmergency?: boolean;
  /** Ways to every server. */
  readonly ways?: readonly Way[];
  /** With what a person can set for the network. */
  readonly hasLineSettings?: boolean;
  /** The line of an enrolled device, whatever address it knows; enrolment itself goes straight. */
  readonly through?: CuttingProxy;
  /** Changes come in pages of so many rows. */
  readonly pageRows?: number;
  readonly clock?: Clock;
  /** What the administrator of the machine has set. */
  readonly policy?: Policy;
  /** The store's program where it is another build's. */
  readonly storeEntry?: string;
  /** Stands between the services and a store that was just started. */
  readonly onStore?: (store: StoreClient) => StoreClient;
}

/** Starts a desk on `userData`, or on a fresh folder that goes with it; its clock may be a test's own. */
export async function startDeskRig(userData?: string, options: RigOptions = {}): Promise<DeskRig> {
  const isEmergency = options.isEmergency ?? false;
  const folder = userData ?? (await mkdtemp(join(tmpdir(), 'fieldcert-rig-')));
  const told: ToldEvent[] = [];
  const logged: string[] = [];
  const note = (message: string, fields?: unknown) => {
    logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  const log: ServiceLog = { info: note, warn: note, error: note };
  const events: EventSink = { emit: (name, payload) => void told.push({ name, payload }) };
  const jobs = new JobsClient(() => childLink(appPath('dist/jobs/jobs.cjs')));
  const signing = { isOpen: false };
  const machine = fileMachineSecret(dataPaths(folder).machineSecret);
  const clock = new HighestSeen(options.clock ?? systemClock);
  const chosen: DeskRig['chosen'] = {
    leaseFile: null,
    outboxTarget: null,
    bundle: null,
    evidence: null,
    certificate: null,
    folder: null,
    list: null,
  };
  const recovery = { isOpen: false };
  const lineSettings = new LineSettingsKeeper({
    file: settingsFile(folder, log, 'line.json'),
    passwordPath: join(folder, 'proxy.sealed'),
    machine,
    log,
    resolveSystemProxy: async () => 'DIRECT',
  });
  const around: Surroundings = {
    events,
    log,
    clock,
    nowMs: Date.now,
    program: 'integration test',
    isFallback: false,
    opensRealOffices: true,
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...goingBy(options),
    ...(options.hasLineSettings ? { lineSettings, line: lineSettings.setup } : {}),
    machine,
    kdf: { prepare: () => undefined, measure: async () => CHEAP },
    resources: loadResources(appPath('resources')),
    rulePack: loadRulePack(appPath('resources')),
    readRulePack: () => loadRulePack(appPath('resources')),
    startStore: () => {
      const store = launchStore({
        kind: 'child',
        nodePath: process.execPath,
        entry:
          options.storeEntry ??
          appPath(isEmergency ? 'dist/store/emergency.cjs' : 'dist/store/store.cjs'),
      });
      return { process: options.onStore?.(store) ?? store, givePagePort: null };
    },
    engine: { isEmergency, ready: async () => undefined, doubt: async () => undefined },
    startDevice: () => childLink(appPath('dist/device/device.cjs')),
    jobs,
    startTables: () => childLink(appPath('dist/jobs/jobs.cjs')),
    startIngest: () => childLink(appPath('dist/main/ingest-worker.cjs')),
    pkcs11Libraries: [],
    skfProfiles: [],
    windows: {
      defaultFolder: () => join(folder, 'exports'),
      chooseFolder: async () => chosen.folder,
      showFile: () => undefined,
      openSigningWindow: async () => {
        signing.isOpen = true;
      },
      closeSigningWindow: () => {
        signing.isOpen = false;
      },
    },
    dialogs: {
      chooseLeaseFile: async () => chosen.leaseFile,
      saveOutbox: async () => chosen.outboxTarget,
      chooseBundle: async () => chosen.bundle,
      chooseList: async () => chosen.list,
      chooseEvidence: async () => chosen.evidence,
      chooseCertificate: async () => chosen.certificate,
    },
    eraseTraces: async () => undefined,
    recoveryWindow: {
      open: async () => {
        recovery.isOpen = true;
      },
      close: () => {
        recovery.isOpen = false;
      },
      print: async () => 'no-printer',
    },
    listeners: [],
  };
  const practiceServer = new PracticeServer({
    node: null,
    program: '',
    dataDir: '',
    certificates: 0,
    env: {},
    events,
    log,
  });
  const office = new Office({
    userData: folder,
    version: '0.0.0',
    electron: '45.0.0',
    around,
    practiceServer,
    settings: () => ({ locale: 'zh-CN', theme: 'light', fontStep: 0 }),
    onLocked: async () => undefined,
  });
  await office.load();
  const { officeDir } = dataPaths(folder);
  return {
    office,
    // A rig's office is a practice one in the place of the real.
    restore: makeRestore(folder, around, office, [officeDir, officeDir]),
    userData: folder,
    machine,
    clock,
    events: told,
    logged,
    lineSettings,
    signing,
    chosen,
    recovery,
    close: async () => {
      await office.lock('quit');
      office.stop();
      jobs.stop();
      if (userData === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function goingBy({ ways, through, pageRows }: RigOptions): Pick<Surroundings, 'line' | 'findWays'> {
  if (ways === undefined && through === undefined) return {};
  const findWays = ways === undefined ? straightOnly : async () => ways;
  return {
    findWays,
    line: {
      ...plainSetup(),
      transport: (identity) => {
        const straight = new TlsTransport(identity, findWays);
        if (through === undefined || identity.certificate === undefined) return straight;
        return {
          open: (_endpoint, exchange) => {
            const path =
              pageRows === undefined || !exchange.path.startsWith(PATHS.changes)
                ? exchange.path
                : exchange.path.replace(/(&maxRows=\d+)?$/, `&maxRows=${pageRows}`);
            return straight.open(through.address, { ...exchange, path });
          },
          close: () => straight.close(),
          get carriedBytes() {
            return straight.carriedBytes;
          },
        };
      },
    },
  };
}

/** A desk of a fresh office, unlocked by the first of its users. */
export async function enrolDesk(
  central: Pick<Central, 'url' | 'createEnrolment'>,
  password: Uint8Array,
  office: Omit<EnrolOptions, 'name'> & Partial<Pick<EnrolOptions, 'name'>>,
  { userData, ...options }: RigOptions & { readonly userData?: string } = {},
): Promise<{ readonly rig: DeskRig; readonly device: string }> {
  const rig = await startDeskRig(userData, options);
  try {
    const { code } = await central.createEnrolment({
      name: '应急管理局',
      isPractice: true,
      ...office,
    });
    await rig.office.enrol({ address: central.url, code, password });
    return { rig, device: (await rig.office.state()).place.device };
  } catch (error) {
    await rig.close();
    throw error;
  }
}
