import { STATUSES, type Status } from '../../../../shared/domain/model';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { lookOf, type Tone } from '../../../lib/status';
import type { IconName } from '../../../ui/icon-paths';

type Verdict = ScanCheck['verdict'];

export const isStatus = (verdict: Verdict): verdict is Status => Object.hasOwn(STATUSES, verdict);

/** What a mismatch is about, as a word of the catalogue; null for any other verdict. */
export function fieldOf(verdict: Verdict): 'name' | 'number' | 'validTo' | null {
  if (verdict === 'name-mismatch') return 'name';
  if (verdict === 'number-mismatch') return 'number';
  return verdict === 'date-mismatch' ? 'validTo' : null;
}

/** The day of the out-of-force list that a verdict rests on; null where the record on this device answered. */
export function codeDayOf({
  code,
  certificates,
}: Pick<ScanCheck, 'code' | 'certificates'>): number | null {
  return code === null || certificates.length > 0 ? null : code.asOfDay;
}

/** Whether what a verdict rests on is older than the rules allow: the list for one by the code alone, else the slice. */
export function isStaleVerdict(
  check: Pick<ScanCheck, 'code' | 'certificates'>,
  isSliceStale: boolean,
): boolean {
  return codeDayOf(check) === null ? isSliceStale : (check.code?.isOld ?? true);
}

/** Colour and icon of a verdict. What does not fit is to be looked into; what is not here is grey, never red. */
export function verdictLook(verdict: Verdict): { readonly tone: Tone; readonly icon: IconName } {
  if (isStatus(verdict)) return lookOf(verdict);
  if (fieldOf(verdict) !== null) return { tone: 'bad', icon: 'warn' };
  if (verdict === 'genuine') return { tone: 'ok', icon: 'ok' };
  if (verdict === 'genuine-expired') return { tone: 'bad', icon: 'bad' };
  if (verdict === 'code-altered') return { tone: 'bad', icon: 'warn' };
  if (verdict === 'not-in-slice' || verdict === 'code-no-keys')
    return { tone: 'off', icon: 'info' };
  return { tone: 'warn', icon: 'info' };
}
