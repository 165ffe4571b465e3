import { unknownCode } from '../../../../shared/domain/model';
import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import type { CatalogueKey } from '../../../i18n/catalogue';
import { statusText } from '../../../lib/kind-words';
import { isStatus } from './verdict-look';

type Verdict = ScanCheck['verdict'];

const OTHERS = {
  several: 'scan.verdict-several',
  'name-mismatch': 'scan.verdict-name-mismatch',
  'number-mismatch': 'scan.verdict-number-mismatch',
  'date-mismatch': 'scan.verdict-date-mismatch',
  'number-invalid': 'scan.verdict-number-invalid',
  'not-in-slice': 'scan.verdict-not-in-slice',
  incomplete: 'scan.verdict-incomplete',
  'too-long': 'scan.verdict-too-long',
  empty: 'scan.verdict-empty',
  genuine: 'scan.verdict-genuine',
  'genuine-expired': 'scan.verdict-genuine-expired',
  'must-ask': 'scan.verdict-must-ask',
  'code-altered': 'scan.verdict-code-altered',
  'code-unknown-issuer': 'scan.verdict-code-unknown-issuer',
  'code-unreadable': 'scan.verdict-code-unreadable',
  'code-no-keys': 'scan.verdict-code-no-keys',
  'document-code': 'scan.verdict-document-code',
} as const satisfies Readonly<Record<string, CatalogueKey>>;

const CODE_REASONS = [
  'listed',
  'newer',
  'uncovered',
  'old',
  'review',
  'out-of-time',
  'unknown-kind',
] as const;
const REASONS = [
  'empty',
  'spreadsheet-number',
  'characters',
  'length',
  'birth-date',
  'checksum',
  'other-person',
  'date-unreadable',
] as const;

/** Words of a verdict, and the sentence that explains it. */
export function useVerdictWords() {
  const t = useT();
  return {
    /** `certificates`: those that came to it, where they are known. */
    verdict: (verdict: Verdict, certificates: ScanCheck['certificates'] = []) =>
      isStatus(verdict)
        ? statusText(
            t,
            verdict,
            certificates.find(({ status }) => status === verdict)?.kind ?? null,
          )
        : t(OTHERS[verdict]),
    explain: ({ verdict, reason, certificates }: ScanCheck) => {
      const why = CODE_REASONS.find((one) => one === reason);
      if (why !== undefined) return t(`scan.why-${why}`);
      if (reason === 'unknown-number') return t('scan.explain-unknown-number');
      const known = REASONS.find((one) => one === reason);
      if (known !== undefined) return t(`batch.reason-${known}`);
      const isUnruled = certificates.some(
        ({ kind, status }) => status === verdict && kind !== null && unknownCode(kind) !== null,
      );
      if (verdict === 'under-verification' && isUnruled) return t('unknown.rules-hint');
      if (verdict === 'under-verification') return t('scan.explain-under-verification');
      return t(isStatus(verdict) ? 'scan.explain-status' : `scan.explain-${verdict}`);
    },
  };
}
