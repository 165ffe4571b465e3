import { useState } from 'react';
import type { Filter } from '../../../../shared/ipc/common';
import { useT } from '../../../i18n';
import { formatCount, formatDay } from '../../../lib/format';
import { kindText } from '../../../lib/kind-words';
import { goTo } from '../../../lib/navigation';
import { categoryNames, useTables } from '../../../lib/tables';
import { useMoment } from '../../../lib/use-moment';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { PageState, Skeleton } from '../../../ui/PageState';
import { Segmented } from '../../../ui/Segmented';
import { PAGE, Pages } from './Pages';

const OUTCOMES = ['all', 'passed', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The exams behind the figures of a training body. Asking is a look-up. */
export function ExamsDialog({
  body,
  filter,
  first,
  onClose,
}: {
  readonly body: { readonly id: number; readonly name: string };
  readonly filter: Filter;
  /** What is listed at first. */
  readonly first: Outcome;
  readonly onClose: () => void;
}) {
  const t = useT();
  const tables = useTables();
  const [outcome, setOutcome] = useState<Outcome>(first);
  const [offset, setOffset] = useState(0);
  const { kinds } = filter;
  const query = useQuery(
    'boards.exam-list',
    {
      body: body.id,
      ...(kinds === undefined ? {} : { kinds }),
      ...{ outcome, offset, limit: PAGE },
    },
    useMoment(),
  );
  const { data } = query;
  return (
    <Dialog
      title={t('boards.exam-list', { body: body.name })}
      isFull
      onClose={onClose}
      actions={
        <>
          <Pages
            offset={offset}
            total={(data ?? query.former?.data)?.total ?? 0}
            onOffset={setOffset}
          />
          <Button onClick={onClose}>{t('act.close')}</Button>
        </>
      }
    >
      <div className="figlist" aria-busy={query.state === 'loading'}>
        <div className="row">
          <Segmented
            label={t('boards.outcome')}
            value={outcome}
            choices={OUTCOMES.map((value) => ({ value, label: t(`boards.outcome-${value}`) }))}
            onChange={(value) => {
              setOutcome(value);
              setOffset(0);
            }}
          />
          <span className="t12 c3">{t('boards.exam-note')}</span>
        </div>
        {query.failure ? (
          <FailureState failure={query.failure} onRetry={query.reload} />
        ) : data === null ? (
          <Skeleton label={t('state.loading')} rows={8} />
        ) : data.total === 0 ? (
          <PageState icon="table" title={t('boards.no-exams')} text={t('boards.exam-note')} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
          <section className="scroll" tabIndex={0} aria-label={t('boards.exams')}>
            <table className="tbl figtable">
              <thead>
                <tr>
                  <th scope="col">{t('boards.person')}</th>
                  <th scope="col">{t('boards.kind')}</th>
                  <th scope="col">{t('boards.exam-day')}</th>
                  {(['theory', 'practice', 'attempt'] as const).map((word) => (
                    <th key={word} scope="col" className="r">
                      {t(`boards.${word}`)}
                    </th>
                  ))}
                  <th scope="col">{t('boards.outcome')}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((exam) => (
                  <tr key={exam.id}>
                    <td>
                      {exam.hasFile ? (
                        <button
                          type="button"
                          className="link"
                          onClick={() => goTo({ page: 'person', id: exam.person })}
                        >
                          <bdi>{exam.name}</bdi>
                        </button>
                      ) : (
                        <bdi>{exam.name || '–'}</bdi>
                      )}{' '}
                      <bdi className="num c2">{exam.maskedId}</bdi>
                    </td>
                    <td>
                      <bdi>
                        {categoryNames(tables, exam.category)?.[1] ?? kindText(t, exam.kind)}
                      </bdi>
                    </td>
                    <td className="num">{formatDay(exam.day)}</td>
                    <td className="r num">{formatCount(exam.theory)}</td>
                    <td className="r num">
                      {exam.practice === null ? '–' : formatCount(exam.practice)}
                    </td>
                    <td className="r num">{formatCount(exam.attempt)}</td>
                    <td className={exam.isPassed ? 'ok' : 'bad'}>
                      {t(exam.isPassed ? 'boards.outcome-passed' : 'boards.outcome-failed')}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </Dialog>
  );
}
