import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useDesk } from '../../../lib/desk-store';
import { Icon } from '../../../ui/Icon';
import { useVerdictWords } from './use-verdict-words';
import { verdictLook } from './verdict-look';

/** The verdict as a band that is read from an arm's length: colour, icon and word. Green is hatched while data are old. */
export function VerdictBand({
  check,
  children,
  isOver = false,
}: {
  readonly check: Pick<ScanCheck, 'verdict'>;
  readonly children?: React.ReactNode;
  /** Of a state of before: grey, whatever it said. */
  readonly isOver?: boolean;
}) {
  const words = useVerdictWords();
  const isStale = useDesk((store) => store.sync?.isStale ?? true);
  const look = verdictLook(check.verdict);
  const { tone, icon } = isOver ? { tone: 'off', icon: 'clock' as const } : look;
  return (
    <header className={`band ${tone}${tone === 'ok' && isStale ? ' stale' : ''}`}>
      <Icon name={icon} size="l" />
      <b>{words.verdict(check.verdict)}</b>
      {children}
    </header>
  );
}
