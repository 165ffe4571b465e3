import type { BatchRow } from '../../../../shared/domain/batch/read-row';
import { maskIdNumber, maskNumberRuns } from '../../../../shared/domain/identity/masks';
import { documentAlone } from '../../../../shared/domain/identity/other-document';
import { maskName } from '../../../../shared/domain/name/mask';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import type { ScanJudged } from '../../../store/scan-calls';

/** Most certificates that an answer tells of. */
const MOST = 10;

/**
 * What a number comes to that may be a certificate's or a person's document: the meaning that finds something; where both find
 * something else each, none of them is chosen.
 */
export function eitherMeaning(byNumber: ScanJudged, byDocument: ScanJudged): ScanJudged {
  if (byDocument.certificates.length === 0) return byNumber;
  const own = new Set(byDocument.certificates.map(({ id }) => id));
  const others = byNumber.certificates.filter(({ id }) => !own.has(id));
  if (others.length === 0) return byDocument;
  return {
    verdict: 'several',
    reason: null,
    certificates: [...others, ...byDocument.certificates].slice(0, MOST),
    holder: null,
    company: null,
  };
}

/**
 * What a text said, as it may be shown, kept and noted: no name, and no number that may name a person. `isNumber`: the slice has
 * a certificate of this number, so it is no document.
 */
export function saysOf(
  { name, number, idNumber, validTo }: BatchRow,
  isNumber: boolean,
): ScanCheck['says'] {
  return {
    name: name === null ? null : maskName(name),
    number: number === null ? idOf(idNumber) : numberOf(number, isNumber),
    validTo,
  };
}

const idOf = (id: string | null): string | null =>
  id === null ? null : maskIdNumber(id, 'birth-8');

/** Also of numbers that fail their check: a mistyped one still names a person. */
function numberOf(number: string, isNumber: boolean): string {
  if (!isNumber && documentAlone(number) !== undefined) return maskIdNumber(number, 'birth-8');
  return maskNumberRuns(number);
}
