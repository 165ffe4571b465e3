import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import type { CatalogueKey } from '../../../i18n/catalogue';
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
} as const satisfies Readonly<Record<string, CatalogueKey>>;

const REASONS = [
  'empty',
  'spreadsheet-number',
  'characters',
  'length',
  'birth-date',
  'checksum',
  'other-person',
  'unknown-number',
] as const;

/** Words of a verdict, and the sentence that explains it. */
export function useVerdictWords() {
  const t = useT();
  return {
    verdict: (verdict: Verdict) =>
      t(isStatus(verdict) ? (`status.${verdict}` as const) : OTHERS[verdict]),
    explain: ({ verdict, reason }: ScanCheck) => {
      const known = REASONS.find((one) => one === reason);
      if (known !== undefined) return t(`batch.reason-${known}`);
      return t(isStatus(verdict) ? 'scan.explain-status' : `scan.explain-${verdict}`);
    },
  };
}
