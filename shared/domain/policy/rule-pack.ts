import type { IdMaskStyle } from '../identity/masks';
import type { CertificateKind, Status } from '../model';

/** `YYYY-MM-DD`: rule packs are read and signed by people. */
export type IsoDay = string;
export type Colour = 'green' | 'amber' | 'red' | 'grey';
/** How near the end is: planning, legal window for applying, amber, last notice. */
export type Stage = 'warning' | 'apply' | 'expiring' | 'notice';
/** Days left, inclusive, at which each stage begins; strictly falling in this order. */
export type Stages = Readonly<Record<Stage, number>>;
/** Which clock an answer rests on; `base` when the issuer's status overrides both. */
export type DecidingClock = 'validity' | 'review' | 'base';

/** Class hours demanded; absent where the rule names none. */
export interface TrainingHours {
  readonly initial?: number;
  readonly annual?: number;
  readonly review?: number;
  readonly highRiskInitial?: number;
  readonly highRiskAnnual?: number;
}

export interface KindRule {
  readonly kind: CertificateKind;
  readonly validityYears: number;
  readonly reviewEveryYears?: number;
  readonly hours: TrainingHours;
}

/** One case with its right answer. A pack whose answers differ from its cases is refused. */
export interface GoldenCase {
  readonly name: string;
  readonly certificate: {
    readonly validFrom: IsoDay;
    readonly validTo: IsoDay;
    readonly reviewDue?: IsoDay;
    readonly baseStatus: 'valid' | 'suspended' | 'revoked' | 'withdrawn' | 'cancelled';
  };
  readonly today: IsoDay;
  readonly expect: GoldenAnswer;
}
export interface GoldenAnswer {
  readonly status: Status;
  readonly colour: Colour;
  readonly stage: Stage | null;
  readonly daysLeft: number;
  readonly decidingClock: DecidingClock;
}

/**
 * Rule pack, format 1: every dated rule that the product applies. Nothing of this stands in code.
 * Read one with `parseRulePack` (shared/protocol), which also runs its golden set.
 */
export interface RulePack {
  readonly format: 1;
  readonly id: string;
  readonly version: string;
  readonly issuedDay: IsoDay;
  readonly effectiveFrom: IsoDay;
  /** Law printed on documents; `date` is the day since which the cited text is in force. */
  readonly law: readonly { readonly title: string; readonly date: IsoDay }[];
  readonly kinds: readonly KindRule[];
  /** Before the end of validity. */
  readonly stages: Stages;
  /** Before a review falls due. */
  readonly reviewStages: Stages;
  readonly idMask: IdMaskStyle;
  /** A slice older than this shows as stale. */
  readonly freshnessDays: number;
  /** GB/T 4754 divisions. */
  readonly highRiskIndustries: readonly number[];
  /**
   * Statuses that dates give, worst group first, `valid` alone in the last. Of two clocks the worse
   * status wins; within one group the clock with fewer days left, validity on a tie.
   */
  readonly statusPrecedence: readonly (readonly RuledStatus[])[];
  readonly colours: Readonly<Record<RuledStatus, Colour>>;
  readonly golden: readonly GoldenCase[];
}

/** A status that a rule pack speaks of; 核查中 is none of its own. */
export type RuledStatus = Exclude<Status, 'under-verification'>;

/** The statuses that dates alone give: `statusPrecedence` lists exactly these. */
export const DATE_STATUSES = [
  'valid',
  'expiring',
  'expired',
  'review-due',
  'review-overdue',
  'not-yet-valid',
] as const satisfies readonly Status[];
export type DateStatus = (typeof DATE_STATUSES)[number];
