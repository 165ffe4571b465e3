import { useEffect, useRef, useState } from 'react';
import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import type { Question } from '../../parts/certificates/use-rows';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';
import { exportedFilter, MOST_NAMED } from './exported-list';

/** Takes what is listed to the export, and nothing that is not: more than can be named is narrowed first. */
export function ExportList({
  question,
  total,
  isExact,
  isPast,
}: {
  readonly question: Question;
  readonly total: number;
  readonly isExact: boolean;
  /** Of a past day: nothing of it is exported as if it were today’s. */
  readonly isPast: boolean;
}) {
  const t = useT();
  const text = useFailureText();
  const [isBusy, setBusy] = useState(false);
  const latest = useRef<Question | null>(question);
  latest.current = question;
  useEffect(
    () => () => {
      latest.current = null;
    },
    [],
  );
  const isTooLong = question.text !== '' && (!isExact || total > MOST_NAMED);
  const go = async () => {
    setBusy(true);
    const answer = await exportedFilter(question, total);
    setBusy(false);
    // Whoever asks something else meanwhile is not taken away from it.
    if (latest.current !== question) return;
    if ('filter' in answer) goTo({ page: 'exports', filter: answer.filter });
    else showToast({ tone: 'bad', text: () => text(answer.failure) });
  };
  return (
    <Button
      size="s"
      icon="download"
      title={isTooLong ? t('lists.export-narrow', { count: isolate(MOST_NAMED) }) : undefined}
      disabled={isPast || isTooLong || isBusy || total === 0}
      onClick={() => void go()}
    >
      {t('search.export')}
    </Button>
  );
}
