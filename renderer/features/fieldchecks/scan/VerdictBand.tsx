import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatDay } from '../../../lib/format';
import { Icon } from '../../../ui/Icon';
import { Num } from '../../../ui/Num';
import { useVerdictWords } from './use-verdict-words';
import { codeDayOf, isStaleVerdict, verdictLook } from './verdict-look';

/**
 * The verdict as a band that is read from an arm's length: colour, icon and word, and the day of the list where a code alone
 * answered. Green is hatched while what it rests on is old.
 */
export function VerdictBand({
  check,
  children,
  isOver = false,
}: {
  readonly check: Pick<ScanCheck, 'verdict' | 'code' | 'certificates'>;
  readonly children?: React.ReactNode;
  /** Of a state of before: grey, whatever it said. */
  readonly isOver?: boolean;
}) {
  const words = useVerdictWords();
  const t = useT();
  const isSliceStale = useDesk((store) => store.sync?.isStale ?? true);
  const isStale = isStaleVerdict(check, isSliceStale);
  const day = codeDayOf(check);
  const look = verdictLook(check.verdict);
  const { tone, icon } = isOver ? { tone: 'off', icon: 'clock' as const } : look;
  return (
    <header className={`band ${tone}${tone === 'ok' && isStale ? ' stale' : ''}`}>
      <Icon name={icon} size="l" />
      <b>{isOver ? t('scan.over-band') : words.verdict(check.verdict, check.certificates)}</b>
      {day === null ? null : (
        <span className="end t12">
          {t('scan.code-as-of')} <Num>{formatDay(day)}</Num>
        </span>
      )}
      {children}
    </header>
  );
}
