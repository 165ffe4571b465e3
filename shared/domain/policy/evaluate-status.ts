import type { Day } from '../../kernel/day';
import {
  BASE_STATUSES,
  type BaseStatusCode,
  type ReadBaseCode,
  STATUSES,
  type Status,
  type StatusCode,
  UNDER_VERIFICATION,
  wordOf,
} from '../model';
import {
  isReviewWorse,
  overridingStatus,
  reviewStatus,
  type StatusCutoffs,
  statusCutoffs,
  underMark,
  validityStatus,
} from './cutoffs';
import type { Colour, DecidingClock, RulePack, Stage, Stages } from './rule-pack';

/** The columns of a certificate that its status rests on (a CertificateRow fits). */
export interface StatusInput {
  readonly validFrom: Day;
  /** Inclusive. */
  readonly validTo: Day;
  /** The open review; absent when none is to come. */
  readonly reviewDue?: Day;
  readonly baseStatus: ReadBaseCode;
}

export interface StatusAnswer {
  readonly status: Status;
  readonly colour: Colour;
  /** Of the deciding clock; null above the first stage, after the end, before the start, under a base status. */
  readonly stage: Stage | null;
  /** Days to the deciding clock's end (0 on the last day, negative after); of validity under a base status. */
  readonly daysLeft: number;
  readonly deciding: DecidingClock;
  readonly validity: { readonly from: Day; readonly to: Day; readonly daysLeft: number };
  readonly review?: { readonly due: Day; readonly daysLeft: number };
  /** Which clock runs out within its yellow days, whichever of the two decides; neither under a base status. */
  readonly soon: { readonly validity: boolean; readonly review: boolean };
}

/** The stage that so many days left are in, or null. */
export function stageOf(daysLeft: number, stages: Stages): Stage | null {
  if (daysLeft < 0 || daysLeft > stages.warning) return null;
  if (daysLeft > stages.apply) return 'warning';
  if (daysLeft > stages.expiring) return 'apply';
  return daysLeft > stages.notice ? 'expiring' : 'notice';
}

/**
 * What an inspector reads on a day: derived from dates, base status and rule pack alone. A base
 * status other than valid overrides everything; of two clocks the worse decides. A mark leaves the clocks and takes what is usable.
 */
export function evaluateStatus(
  certificate: StatusInput,
  today: Day,
  pack: RulePack,
  cutoffs: StatusCutoffs = statusCutoffs(pack, today),
): StatusAnswer {
  const { validFrom, validTo, reviewDue, baseStatus } = certificate;
  if (baseStatus === UNDER_VERIFICATION) {
    const dated = { ...certificate, baseStatus: BASE_STATUSES.valid };
    const answer = evaluateStatus(dated, today, pack, cutoffs);
    const status = statusWord(underMark(STATUSES[answer.status]));
    return status === answer.status ? answer : { ...answer, status, colour: 'grey', stage: null };
  }
  const clocks = {
    validity: { from: validFrom, to: validTo, daysLeft: validTo - today },
    ...(reviewDue === undefined ? {} : { review: { due: reviewDue, daysLeft: reviewDue - today } }),
  };
  const answer = (
    code: StatusCode,
    deciding: DecidingClock,
    daysLeft: number,
    stage: Stage | null,
  ): StatusAnswer => {
    const status = statusWord(code);
    return { status, colour: colourOf(status, pack), stage, daysLeft, deciding, ...clocks, soon };
  };
  let soon = { validity: false, review: false };
  const overriding = overridingStatus(baseStatus);
  if (overriding !== undefined) return answer(overriding, 'base', clocks.validity.daysLeft, null);
  const validity = validityStatus(validFrom, validTo, cutoffs);
  const review = reviewDue === undefined ? undefined : reviewStatus(reviewDue, cutoffs);
  soon = {
    validity: validity === STATUSES.expiring,
    review: review === STATUSES['review-due'],
  };
  if (reviewDue !== undefined && review !== undefined) {
    if (isReviewWorse(validity, validTo, review, reviewDue, cutoffs)) {
      const daysLeft = reviewDue - today;
      return answer(review, 'review', daysLeft, stageOf(daysLeft, pack.reviewStages));
    }
  }
  const hasBegun = validity !== STATUSES['not-yet-valid'];
  const stage = hasBegun ? stageOf(clocks.validity.daysLeft, pack.stages) : null;
  return answer(validity, 'validity', clocks.validity.daysLeft, stage);
}

/** A pack has no colour for a mark: it is no rule of a province. */
function colourOf(status: Status, pack: RulePack): Colour {
  return status === 'under-verification' ? 'grey' : pack.colours[status];
}

function statusWord(code: StatusCode): Status {
  const status = wordOf(STATUSES, code);
  if (status === undefined) throw new RangeError('status code');
  return status;
}

/** Code of a base status word, for packs and forms. */
export function baseStatusCode(word: keyof typeof BASE_STATUSES): BaseStatusCode {
  return BASE_STATUSES[word];
}
