import { memo, useRef, useState } from 'react';
import type { Filter, SavedFilesView } from '../../../../shared/ipc/common';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { StatisticsRelease } from '../../../../shared/ipc/routes/statistics';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { SavedFiles } from '../../../parts/SavedFiles';
import { Button } from '../../../ui/Button';
import { Notice, Skeleton } from '../../../ui/PageState';
import { BudgetBar } from './BudgetBar';
import { Narrowing, statisticsPart } from './Narrowing';
import { PreviewView } from './PreviewView';
import { QuestionForm, type StatisticsQuestion } from './QuestionForm';
import { ReleaseTable } from './ReleaseTable';

/** What a preview said, and of which question. */
interface Seen {
  readonly answer: RouteOutput<'statistics.preview'>;
  readonly of: StatisticsQuestion;
}

const FIRST: StatisticsQuestion = { table: 'region-industry', epsilon: '1/10', least: 10 };

/** Tables that may leave the office: chosen, seen in outline, paid for, shown with noise, saved as a signed report. */
export const StatisticsPanel = memo(function StatisticsPanel({
  filter,
  moment,
}: {
  /** The board's: region, industry and kind of it narrow the table too. */
  readonly filter: Filter;
  readonly moment: string;
}) {
  const t = useT();
  const [chosen, setQuestion] = useState<StatisticsQuestion>(FIRST);
  const { part: narrowing, isWhole } = statisticsPart(filter);
  const question = narrowing === null ? chosen : { ...chosen, filter: narrowing };
  const [seen, setSeen] = useState<Seen | null>(null);
  const [released, setReleased] = useState<StatisticsRelease | null>(null);
  const [saved, setSaved] = useState<SavedFilesView | null>(null);
  const state = useQuery('statistics.state', {}, moment);
  const preview = useCommand('statistics.preview');
  const release = useCommand('statistics.release');
  const save = useCommand('statistics.save');
  const budget = released?.budget ?? seen?.answer.budget ?? state.data?.budget ?? null;
  const failure = preview.failure ?? release.failure ?? save.failure;
  const begin = ({ filter: _former, ...next }: StatisticsQuestion) => {
    setQuestion(next);
    setSeen(null);
    setReleased(null);
    setSaved(null);
    for (const command of [preview, release, save]) command.forget();
  };
  // Another filter is another question: what was shown of the former one goes.
  const asked = JSON.stringify(narrowing);
  const [askedBefore, setAsked] = useState(asked);
  if (asked !== askedBefore) {
    setAsked(asked);
    setSeen(null);
    setReleased(null);
    setSaved(null);
  }
  const newest = useRef(question);
  newest.current = question;
  // An answer to another question than the one that stands there by now is put up under no words of this one.
  const still = (of: StatisticsQuestion) => JSON.stringify(newest.current) === JSON.stringify(of);
  const show = async () => {
    begin(question);
    const answer = await preview.run(question);
    setSeen(answer !== null && still(question) ? { answer, of: question } : null);
  };
  // Paid is the very question whose price was shown.
  const confirm = async ({ of }: Seen) => {
    const answer = await release.run(of);
    setReleased(answer !== null && still(of) ? answer : null);
    state.reload();
  };
  const keep = async () => {
    if (released) setSaved((await save.run({ id: released.id }))?.saved ?? null);
  };
  return (
    <section className="panel statshare" aria-label={t('statistics.title')}>
      <header className="low">
        <h2>{t('statistics.title')}</h2>
        <span className="t12 c3 el">{t('statistics.note')}</span>
        {budget ? <BudgetBar budget={budget} /> : null}
      </header>
      {state.failure ? (
        <FailureState failure={state.failure} onRetry={state.reload} />
      ) : state.data === null ? (
        <Skeleton label={t('statistics.loading')} rows={3} />
      ) : budget === null ? (
        <p className="body c2">{t('statistics.budget-unheard')}</p>
      ) : (
        <div className="statbody">
          <QuestionForm
            question={question}
            isBusy={preview.isBusy || release.isBusy}
            onChange={begin}
            onPreview={() => void show()}
          />
          {budget.share === null ? (
            <Notice tone="warn" icon="warn">
              {t('statistics.budget-none', { year: isolate(budget.year) })}
            </Notice>
          ) : null}
          <Narrowing filter={narrowing ?? {}} isWhole={isWhole} />
          {failure ? <FailureNote failure={failure} /> : null}
          {preview.isBusy ? (
            <Skeleton label={t('statistics.counting')} rows={3} />
          ) : released ? (
            <>
              <ReleaseTable release={released} />
              <div className="row g12 statacts">
                <SavedFiles saved={saved} />
                <span className="end row">
                  <span className="t12 c3">{t('statistics.save-text')}</span>
                  <Button onClick={() => begin(question)}>{t('statistics.again')}</Button>
                  <Button
                    look="primary"
                    icon="download"
                    disabled={save.isBusy}
                    onClick={() => void keep()}
                  >
                    {t('statistics.save')}
                  </Button>
                </span>
              </div>
            </>
          ) : seen ? (
            <PreviewView
              seen={seen.answer}
              question={seen.of}
              isBusy={release.isBusy}
              onConfirm={() => void confirm(seen)}
            />
          ) : (
            <p className="c2 statintro">
              {t('statistics.intro')} {t('statistics.not-yet')}
            </p>
          )}
        </div>
      )}
    </section>
  );
});
