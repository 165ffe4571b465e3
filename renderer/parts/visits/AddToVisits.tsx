import type { RouteOutput } from '../../../shared/ipc/contract';
import type { VisitSelection } from '../../../shared/ipc/routes/visits';
import { say, useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';
import { useFailureText } from '../use-failure-text';

type Outcome = RouteOutput<'followups.add-selection'>;

/** Puts what is shown on the list of visits, each with its reason; says what was left out and why. */
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
  const add = useCommand('followups.add-selection');
  const go = async () => {
    const answer = await add.run({ selection });
    if (answer !== null) {
      const isShort = answer.added < answer.total;
      showToast({ tone: isShort ? 'warn' : 'ok', text: () => outcomeWords(answer) });
    }
  };
  if (add.failure) {
    const { failure } = add;
    return (
      <Button size="s" icon="warn" title={text(failure)} onClick={() => void go()}>
        {t('act.retry')}
      </Button>
    );
  }
  const words = t('report.act-follow');
  return (
    <Button
      size="s"
      icon="mark"
      look={isIcon ? 'quiet' : 'plain'}
      aria-label={isIcon ? words : undefined}
      title={t('report.visit-add-text')}
      disabled={isDisabled || add.isBusy}
      onClick={() => void go()}
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
