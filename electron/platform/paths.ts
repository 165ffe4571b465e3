import { join } from 'node:path';

/** Where everything of one installation lives; nothing is written elsewhere. */
export interface DataPaths {
  readonly root: string;
  /** Machine secret and window state: outside the office, survives its wipe. */
  readonly machineSecret: string;
  /** Keys of an enrolment that is not finished, sealed with the machine secret. */
  readonly enrolling: string;
  readonly logs: string;
  /** Copy of the outbox, sealed to the server: outside the office, survives its wipe. */
  readonly outboxMirror: string;
  /** Evidence that the server does not have yet, sealed to it: outside the office, survives its wipe. */
  readonly evidence: string;
  readonly officeDir: string;
  readonly keyslots: string;
  /** Which counter values sealed blobs may use next; see CounterReserve. */
  readonly sealCounter: string;
  /** Private key of the control channel and what the channel knows, each sealed with the machine secret. */
  readonly controlKey: string;
  readonly controlState: string;
  /** What was found damaged and is not decided. */
  readonly damage: string;
  readonly journal: string;
  readonly slice: string;
  readonly attachments: string;
  /** Keys of codes and national status filter as the centre signed them. */
  readonly national: string;
  readonly nationalFilter: string;
  /** Received objects of the present slice, still encrypted: what the emergency reader fills its memory from. */
  readonly segments: string;
  /** Exports being made; emptied at start. */
  readonly exportsTemporary: string;
  /** A folder a grant of other regions; no part of any backup. */
  readonly grants: string;
}

/** Paths below a user-data folder (Electron's, or a test's own). The practice office has a folder of its own. */
export function dataPaths(userData: string, office: 'office' | 'practice' = 'office'): DataPaths {
  const officeDir = join(userData, office);
  const inOffice = (name: string) => join(officeDir, name);
  return {
    root: userData,
    machineSecret: join(userData, 'machine-secret'),
    enrolling: join(userData, 'enrolling.sealed'),
    logs: join(userData, 'logs'),
    outboxMirror: join(userData, office === 'office' ? 'outbox.sealed' : 'outbox-practice.sealed'),
    evidence: join(userData, office === 'office' ? 'evidence.sealed' : 'evidence-practice.sealed'),
    officeDir,
    keyslots: inOffice('keyslots.json'),
    sealCounter: inOffice('seal-counter.json'),
    controlKey: inOffice('control-key.sealed'),
    controlState: inOffice('control-state.sealed'),
    damage: inOffice('damage.json'),
    journal: inOffice('journal.db'),
    slice: inOffice('slice.db'),
    attachments: inOffice('attachments'),
    national: inOffice('national.json'),
    nationalFilter: inOffice('national.filter'),
    segments: inOffice('segments'),
    exportsTemporary: inOffice('exports-tmp'),
    grants: inOffice('grants'),
  };
}
