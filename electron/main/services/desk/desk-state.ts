import type { LevelStanding } from '../../../../shared/domain/emergency/levels';
import type { DeskState, Settings } from '../../../../shared/ipc/routes/app';
import type { OfficeFile } from '../unlock/office-file';
import type { SessionView } from '../unlock/session';
import { ownAddress } from './own-address';

export interface DeskFacts {
  readonly runtime: DeskState['runtime'];
  readonly isPracticeAvailable: boolean;
  readonly office: OfficeFile | null;
  readonly regionName: string;
  readonly users: DeskState['users'];
  readonly session: SessionView | null;
  readonly resumePage: DeskState['resumePage'];
  readonly lockReason: DeskState['lockReason'];
  readonly isOnline: boolean;
  readonly rulePack: { readonly id: string; readonly version: string };
  readonly freshnessDays: number;
  readonly practiceHint: DeskState['practiceHint'];
  /** Why a file of the office could not be read; a person has to decide. */
  readonly recovery: DeskState['recovery'];
  readonly emergency: DeskState['emergency'];
  readonly lockedBy: DeskState['lockedBy'];
  readonly marks: string;
  readonly grantedMarks: number;
  readonly day: DeskState['day'];
  readonly clockWrongByMs: number;
  readonly wiped: DeskState['wiped'];
  readonly programFault: DeskState['programFault'];
  readonly idleLockMs: number;
  readonly settings: Settings;
}

/** What every page knows of the desk. */
export function deskState(facts: DeskFacts): DeskState {
  const { office, session } = facts;
  return {
    phase: phaseOf(facts),
    isPractice: office?.isPractice ?? false,
    runtime: facts.runtime,
    isPracticeAvailable: facts.isPracticeAvailable,
    office: office === null ? null : { ...office.office, regionName: facts.regionName },
    users: facts.users,
    session: session === null ? null : { ...session, regions: [...session.regions] },
    resumePage: facts.resumePage,
    lockReason: session === null ? facts.lockReason : null,
    place: { ip: facts.isOnline ? ownAddress() : null, device: office?.deviceId ?? '' },
    rulePack: facts.rulePack,
    freshnessDays: facts.freshnessDays,
    practiceHint: office?.isPractice === true ? facts.practiceHint : null,
    recovery: facts.recovery,
    emergency: facts.emergency,
    lockedBy: session === null ? facts.lockedBy : null,
    marks: session === null ? '' : facts.marks,
    grantedMarks: session === null ? 0 : facts.grantedMarks,
    day: facts.day,
    clockWrongByMs: facts.clockWrongByMs,
    wiped: facts.wiped,
    programFault: facts.programFault,
    idleLockMs: facts.idleLockMs,
    settings: facts.settings,
  };
}

/** The emergency level as every page knows it. */
export function levelView(standing: LevelStanding | undefined): DeskState['emergency']['level'] {
  if (standing === undefined) return { level: 0, reason: '', sinceMs: null, isOrdered: false };
  const { level, reason, sinceMs, isOrdered } = standing;
  return { level, reason, sinceMs, isOrdered };
}

function phaseOf({ recovery, office, session, wiped }: DeskFacts): DeskState['phase'] {
  if (wiped !== null) return 'wiped';
  if (recovery !== null) return 'recovery';
  if (office === null) return 'first-run';
  return session === null ? 'locked' : 'unlocked';
}
