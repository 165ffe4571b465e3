import type { RouteOutput } from '../../../shared/ipc/contract';
import type { VisitSelection } from '../../../shared/ipc/routes/visits';
import { say, useT } from '../../i18n';
import type { Failure } from '../../lib/desk';
import { formatCount, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';
import { useFailureText } from '../use-failure-text';

type Outcome = RouteOutput<'followups.add-selection'>;

interface Adding {
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly add: (selection: VisitSelection) => Promise<void>;
}

/** Puts what is shown on the list of visits, each with its reason; says what was left out and why. */
export function useAddToVisits(): Adding {
  const { run, isBusy, failure } = useCommand('followups.add-selection');
  const add = async (selection: VisitSelection) => {
    const answer = await run({ selection });
    if (answer !== null) {
      const isShort = answer.added < answer.total;
      showToast({ tone: isShort ? 'warn' : 'ok', text: () => outcomeWords(answer) });
    }
  };
  return { isBusy, failure, add };
}

/** The button for it. */
export function AddToVisits({
  selection,
  isIcon = false,
  isDisabled = false,
}: {
  readonly selection: VisitSelection;
  /** A sign alone, its words for who asks. */
  readonly isIcon?: boolean;
  readonly isDisabled?: boolean;
}) {
  const t = useT();
  const text = useFailureText();
  const { add, failure, isBusy } = useAddToVisits();
  if (failure)
    return (
      <Button size="s" icon="warn" title={text(failure)} onClick={() => void add(selection)}>
        {t('act.retry')}
      </Button>
    );
  const words = t('report.act-follow');
  return (
    <Button
      size="s"
      icon="mark"
      look={isIcon ? 'quiet' : 'plain'}
      aria-label={isIcon ? words : undefined}
      title={t('report.visit-add-text')}
      disabled={isDisabled || isBusy}
      onClick={() => void add(selection)}
    >
      {isIcon ? undefined : words}
    </Button>
  );
}

function outcomeWords({ added, left }: Outcome): string {
  const count = (one: number) => isolate(formatCount(one));
  return [
    say('report.visit-added', { count: count(added) }),
    ...(['already', 'full', 'beyond', 'without', 'several'] as const).flatMap((why) =>
      left[why] === 0 ? [] : [say(`report.visit-left-${why}`, { count: count(left[why]) })],
    ),
  ].join(' ');
}
