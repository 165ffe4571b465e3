import { memo, useState } from 'react';
import { boardLists } from '../../../../shared/ipc/board-lists';
import type { Filter } from '../../../../shared/ipc/common';
import { narrowFilter } from '../../../../shared/ipc/narrow-filter';
import type { ReadyForecast } from '../../../../shared/ipc/routes/forecast';
import { useT } from '../../../i18n';
import { formatCount, formatDay, formatShare, isolate } from '../../../lib/format';
import { goTo } from '../../../lib/navigation';
import { industryName, regionName, useTables } from '../../../lib/tables';
import { type Making, useMaking } from '../../../lib/use-making';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { ChartFrame } from '../../../ui/ChartFrame';
import { PageState, Skeleton } from '../../../ui/PageState';
import { Progress } from '../../../ui/Progress';
import { ChipSelect } from '../../../ui/Select';
import { ShareBars } from '../ShareBars';
import { BackTestView, backTestTable } from './BackTestView';
import { LapsePersons } from './LapsePersons';

const VIEWS = ['companies', 'industries', 'regions', 'persons', 'test'] as const;
type View = (typeof VIEWS)[number];

interface ForecastPanelProps {
  readonly filter: Filter;
  /** Of a past day there is no forecast. */
  readonly isPast: boolean;
  readonly isTable: boolean;
  readonly moment: string;
  /** False: it is asked for in a moment. */
  readonly isSettled: boolean;
}

/** Which certificates will probably not be renewed, and how well such forecasts did before. */
export const ForecastPanel = memo(function ForecastPanel({
  filter,
  isPast,
  isTable,
  moment,
  isSettled,
}: ForecastPanelProps) {
  const t = useT();
  const [view, setView] = useState<View>('companies');
  const query = useQuery('boards.forecast', isPast || !isSettled ? null : { filter }, moment);
  const forecast = query.data;
  const making = useMaking('forecast', query.state === 'loading' && forecast === null);
  if (forecast?.state === 'ready' && !isPast)
    return (
      <Ready
        forecast={forecast}
        filter={filter}
        isTable={isTable}
        view={view}
        onView={setView}
        moment={moment}
      />
    );
  const backTest = forecast?.state === 'no-better' && !isPast ? forecast.backTest : null;
  const text = isPast
    ? t('forecast.past')
    : forecast?.state === 'thin'
      ? t('forecast.thin', {
          examples: isolate(formatCount(forecast.examples)),
          lapses: isolate(formatCount(forecast.lapses)),
        })
      : t('forecast.no-better');
  return (
    <section className="panel" aria-label={t('forecast.title')}>
      <header className="low">
        <h2>{t('forecast.title')}</h2>
        <span className="t12 c3 el">{t('forecast.note')}</span>
      </header>
      {query.failure?.code === 'CANCELLED' ? (
        <PageState icon="chart" title={t('forecast.stopped')} text={t('forecast.stopped-text')}>
          <Button size="s" icon="sync" onClick={query.reload}>
            {t('act.retry')}
          </Button>
        </PageState>
      ) : query.failure ? (
        <FailureState failure={query.failure} onRetry={query.reload} />
      ) : making ? (
        <MakingView making={making} />
      ) : query.state === 'loading' || (!isPast && !isSettled) ? (
        <Skeleton label={t('forecast.loading')} rows={4} />
      ) : (
        <PageState icon="chart" title={t('forecast.none')} text={text} />
      )}
      {backTest ? <p className="body t12 c2">{backTestSentence(t, backTest)}</p> : null}
    </section>
  );
});

/** Looks back, then learning: the last part. */
function MakingView({ making }: { readonly making: Making }) {
  const t = useT();
  const { done, of, stop } = making;
  return (
    <div className="body fcmaking" role="status">
      <Progress
        title={t('forecast.loading')}
        icon="chart"
        done={done}
        total={of}
        detail={
          of === 0
            ? t('state.loading')
            : done < of - 1
              ? t('forecast.looking', {
                  done: isolate(formatCount(done)),
                  of: isolate(formatCount(of - 1)),
                })
              : t('forecast.learning')
        }
        remaining=""
        action={
          <Button size="s" onClick={stop}>
            {t('act.cancel')}
          </Button>
        }
      />
    </div>
  );
}

function backTestSentence(
  t: ReturnType<typeof useT>,
  { model, naive, examples, splitDay }: ReadyForecast['backTest'],
): string {
  const share = (value: number): string => isolate(formatShare(value, 1));
  return t('forecast.test-sentence', {
    day: isolate(formatDay(splitDay)),
    examples: isolate(formatCount(examples)),
    accuracy: share(model.accuracy),
    recall: share(model.recall),
    naiveAccuracy: share(naive.accuracy),
    naiveRecall: share(naive.recall),
  });
}

interface ReadyProps {
  readonly forecast: ReadyForecast;
  readonly filter: Filter;
  readonly isTable: boolean;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly moment: string;
}

function Ready({ forecast, filter, isTable, view, onView, moment }: ReadyProps) {
  const t = useT();
  const groups = useGroups(forecast, view, filter);
  const sentence = `${t('forecast.sentence', {
    ending: isolate(formatCount(forecast.ending)),
    expected: isolate(formatCount(Math.round(forecast.expected))),
  })} ${backTestSentence(t, forecast.backTest)}`;
  const table =
    view === 'test'
      ? backTestTable(t, forecast.backTest)
      : {
          head: [
            t(`forecast.${view}`),
            t('forecast.ending'),
            t('forecast.expected'),
            t('forecast.share'),
          ],
          rows: groups.map((one) => ({
            key: one.key,
            cells: [
              one.name,
              formatCount(one.ending),
              one.expected.toFixed(1),
              formatShare(one.expected, one.ending),
            ],
            onOpen: one.onOpen,
          })),
        };
  return (
    <ChartFrame
      title={t('forecast.title')}
      note={t('forecast.note')}
      sentence={sentence}
      isTable={isTable && view !== 'persons'}
      legend={
        <ChipSelect
          label={t('forecast.by')}
          value={view}
          choices={VIEWS.map((value) => ({ value, label: t(`forecast.${value}`) }))}
          onChange={(value) => onView(VIEWS.find((one) => one === value) ?? 'companies')}
        />
      }
      table={() => table}
    >
      <p className="body t12 c2 fctext">{sentence}</p>
      {view === 'test' ? (
        <BackTestView test={forecast.backTest} />
      ) : view === 'persons' ? (
        <LapsePersons filter={filter} moment={moment} />
      ) : groups.length === 0 ? (
        <p className="body c3">{t('forecast.nothing')}</p>
      ) : (
        <ShareBars
          heads={[t('forecast.ending'), t('forecast.expected')]}
          rows={groups.map((one, place) => ({
            key: String(place),
            name: one.name,
            length: one.expected,
            cells: [formatCount(one.ending), one.expected.toFixed(1)],
            onOpen: one.onOpen,
          }))}
        />
      )}
    </ChartFrame>
  );
}

interface Group {
  readonly key: string;
  readonly name: string;
  readonly ending: number;
  readonly expected: number;
  readonly onOpen: () => void;
}

/** Groups of the view; each opens the list of its certificates that end within 90 days. */
function useGroups(forecast: ReadyForecast, view: View, filter: Filter): readonly Group[] {
  const tables = useTables();
  const open = (change: Filter) => () => {
    const ending = narrowFilter(filter, boardLists.ending(forecast.day, 90));
    const narrowed = ending === null ? null : narrowFilter(ending, change);
    if (narrowed !== null) goTo({ page: 'search', preset: { text: '', filter: narrowed } });
  };
  if (view === 'companies')
    return forecast.companies.map((one) => ({
      ...one,
      key: String(one.id),
      onOpen: open({ company: one.id }),
    }));
  if (view === 'industries')
    return forecast.industries.map((one) => ({
      ...one,
      key: String(one.industry),
      name: industryName(tables, one.industry),
      onOpen: open({ industries: [one.industry] }),
    }));
  if (view === 'regions')
    return forecast.regions.map((one) => ({
      ...one,
      key: one.region,
      name: regionName(tables, one.region),
      onOpen: open({ regions: [one.region] }),
    }));
  return [];
}
