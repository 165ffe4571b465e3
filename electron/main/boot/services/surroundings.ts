import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import type { LockReason, Settings } from '../../../../shared/ipc/routes/app';
import type {
  DirectiveStatement,
  SignedStatement,
} from '../../../../shared/protocol/signed-statement';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { SkfProfile } from '../../../device/drivers/skf/profile';
import type { HighestSeen } from '../../../platform/clock';
import type { ProgramFault } from '../../../platform/program-files';
import type { JobsClient } from '../../clients/jobs-client';
import type { StartProcess } from '../../clients/process-link';
import type { StartedStore } from '../../clients/store-client';
import type { ExportsParts } from '../../services/exports/exports-parts';
import type { LineSettingsKeeper } from '../../services/line/line-settings';
import type { Policy } from '../../services/managed/policy';
import type { EventSink, NowMs, ServiceLog } from '../../services/ports';
import type { SigningParts } from '../../services/signing/signing';
import type { LineSetup } from '../../services/sync/line';
import type { FindWays } from '../../services/sync/transport/proxy';
import type { Resources } from '../../services/tables/resources';
import type { OfficeFile, RenewedCertificates } from '../../services/unlock/office-file';
import type { SessionListener } from '../../services/unlock/unlock';
import type { KdfClient } from '../../workers/kdf-client';
import type { StoreEngine } from '../store-engine';

/** What Electron and the file system give to the services; a test gives its own. */
export interface Surroundings {
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  readonly nowMs: NowMs;
  /** Since somebody last touched the machine, ms; absent: nobody is there. */
  readonly awayMs?: () => number;
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

/** What the services of an office ask of the desk. */
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
