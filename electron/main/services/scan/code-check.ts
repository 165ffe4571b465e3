import {
  CERTIFICATE_KINDS,
  isKnownKind,
  type ReadKind,
  readWord,
} from '../../../../shared/domain/model';
import { maskName } from '../../../../shared/domain/name/mask';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import type { Day } from '../../../../shared/kernel/day';
import type { CodeClaims, CompactCode } from '../../../../shared/protocol/compact-code';
import type { CodeAnswer } from '../national/national';

type Genuine = Extract<CodeAnswer, { state: 'genuine' }>;
type Verdict = Pick<ScanCheck, 'verdict' | 'reason'>;

/** Verdict on a code by keys and filter alone, for a certificate that is not in the slice. */
export function codeVerdict(
  { claims }: CompactCode,
  answer: CodeAnswer | null,
  today: Day,
  freshnessDays: number,
): Verdict {
  if (answer === null) return { verdict: 'code-no-keys', reason: null };
  switch (answer.state) {
    case 'unknown-issuer':
      return { verdict: 'code-unknown-issuer', reason: null };
    case 'out-of-time':
      return { verdict: 'code-unknown-issuer', reason: 'out-of-time' };
    case 'altered':
      return { verdict: 'code-altered', reason: null };
    case 'genuine':
      return genuineVerdict(claims, answer, today, freshnessDays);
  }
}

function genuineVerdict(
  claims: CodeClaims,
  { status, day }: Genuine,
  today: Day,
  freshnessDays: number,
): Verdict {
  // A hit says that the centre must be asked, whatever else the code says.
  if (status === 'listed') return { verdict: 'must-ask', reason: 'listed' };
  if (claims.validTo < today) return { verdict: 'genuine-expired', reason: null };
  if (claims.validFrom > today) return { verdict: 'not-yet-valid', reason: null };
  // Nobody here knows the rules of such a kind.
  if (!isKnownKind(claims.kind)) return { verdict: 'must-ask', reason: 'unknown-kind' };
  if (status !== 'clear') return { verdict: 'must-ask', reason: status };
  // What was revoked since such a day the filter cannot know: its silence lets nobody pass.
  if (isOldFilter(day, today, freshnessDays)) return { verdict: 'must-ask', reason: 'old' };
  // Whether the review was done since, the code cannot know.
  if (claims.reviewDue !== undefined && claims.reviewDue < today)
    return { verdict: 'must-ask', reason: 'review' };
  return { verdict: 'genuine', reason: null };
}

/** Whether a filter of that day is older than the policy lets one go by. */
export const isOldFilter = (day: Day, today: Day, freshnessDays: number): boolean =>
  today - day > freshnessDays;

/** What a code whose signature is right says; null for any other. */
export function codeFacts(
  { claims }: CompactCode,
  answer: CodeAnswer | null,
  today: Day,
  freshnessDays: number,
): ScanCheck['code'] {
  if (answer?.state !== 'genuine') return null;
  return {
    issuer: answer.issuer.name,
    kind: kindOf(claims.kind),
    validFrom: claims.validFrom,
    validTo: claims.validTo,
    reviewDue: claims.reviewDue ?? null,
    hasPhoto: claims.photo !== undefined,
    asOfDay: answer.day,
    isOld: isOldFilter(answer.day, today, freshnessDays),
  };
}

export function codeSays({ claims }: CompactCode): ScanCheck['says'] {
  return { name: maskName(claims.name), number: null, validTo: claims.validTo };
}

function kindOf(code: number): ReadKind {
  return readWord(CERTIFICATE_KINDS, code);
}
