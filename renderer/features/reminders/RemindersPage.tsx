import { useState } from 'react';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { ReminderCounts, ReminderList } from '../../../shared/ipc/routes/reminders';
import { useT } from '../../i18n';
import { formatCount, formatDay, formatTime, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { Freshness } from '../../parts/Freshness';
import { AddToVisits } from '../../parts/visits/AddToVisits';
import { Button } from '../../ui/Button';
import { KpiTile } from '../../ui/KpiTile';
import { Notice, PageState, Skeleton } from '../../ui/PageState';

const STAGES = [
  { key: 'd7', days: 7, tone: 'bad', icon: 'bell' },
  { key: 'd30', days: 30, tone: 'warn', icon: 'clock' },
  { key: 'd60', days: 60, tone: 'info', icon: 'cal' },
  { key: 'd90', days: 90, tone: 'info', icon: 'cal' },
] as const;

/** A month's list is opened later than it was made: who has lapsed meanwhile stays on it. */
const filterOf = (list: ReminderList, days: number, today: number): Filter =>
  list.day < today ? boardLists.stillWithin(list.day, days) : boardLists.within(list.day, days);

/** What is due in 7, 30, 60 and 90 days: today's, and the list of each month. */
export function RemindersPage() {
  const t = useT();
  const query = useQuery('reminders.list', {}, useMoment());
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.reminders')}</h1>
      </div>
      {query.failure ? (
        <section className="panel grow">
          <FailureState failure={query.failure} onRetry={query.reload} />
        </section>
      ) : query.data === null ? (
        <section className="panel grow">
          <Skeleton label={t('state.loading')} rows={5} />
        </section>
      ) : (
        <>
          <Freshness />
          <Stages day={query.data.day} counts={query.data.now} />
          <Months lists={query.data.lists} day={query.data.day} />
        </>
      )}
    </div>
  );
}

function Stages({ day, counts }: { readonly day: number; readonly counts: ReminderCounts }) {
  const t = useT();
  return (
    <section className="kpis four" aria-label={t('reminders.now')}>
      {STAGES.map(({ key, days, tone, icon }) => (
        <KpiTile
          key={key}
          label={t('reminders.within', { days: isolate(days) })}
          icon={icon}
          tone={counts[key] === 0 ? 'off' : tone}
          value={formatCount(counts[key])}
          note={t('reminders.until', { day: isolate(formatDay(day + days)) })}
          onOpen={() =>
            goTo({ page: 'search', preset: { text: '', filter: boardLists.within(day, days) } })
          }
        />
      ))}
    </section>
  );
}

function Months({ lists, day }: { readonly lists: readonly ReminderList[]; readonly day: number }) {
  const t = useT();
  const [stage, setStage] = useState<(typeof STAGES)[number]>(STAGES[3]);
  const missed = lists[0]?.missed ?? 0;
  return (
    <>
      {missed > 0 ? (
        <Notice tone="warn" icon="clock">
          {t('reminders.missed', { count: isolate(missed) })}
        </Notice>
      ) : null}
      <section className="panel grow" aria-label={t('reminders.months')}>
        <header className="low">
          <h2>{t('reminders.months')}</h2>
          <span className="t12 c3 el">{t('reminders.about')}</span>
          <fieldset className="end row" aria-label={t('reminders.stage')}>
            {STAGES.map((one) => (
              <button
                key={one.key}
                type="button"
                className={one === stage ? 'chip on' : 'chip'}
                aria-pressed={one === stage}
                onClick={() => setStage(one)}
              >
                {t('reminders.within', { days: isolate(one.days) })}
              </button>
            ))}
          </fieldset>
        </header>
        {lists.length === 0 ? (
          <PageState icon="cal" title={t('reminders.none')} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
          <section className="scroll x" tabIndex={0}>
            <table className="tbl">
              <colgroup>
                <col className="w140" />
                <col className="w180" />
                {STAGES.map(({ key }) => (
                  <col key={key} />
                ))}
                <col className="w220" />
              </colgroup>
              <thead>
                <tr>
                  <th scope="col">{t('reminders.month')}</th>
                  <th scope="col">{t('reminders.made')}</th>
                  {STAGES.map(({ key, days }) => (
                    <th key={key} scope="col" className="r">
                      {t('reminders.within', { days: isolate(days) })}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="vh">{t('saved.open')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {lists.map((list) => (
                  <tr key={list.month}>
                    <td>
                      <b className="num">{list.month}</b>
                    </td>
                    <td>
                      <span className="num">{formatTime(list.madeMs)}</span>
                    </td>
                    {STAGES.map(({ key }) => (
                      <td key={key} className="r">
                        <span className="num">{formatCount(list.counts[key])}</span>
                      </td>
                    ))}
                    <td className="r">
                      <Button
                        size="s"
                        look="quiet"
                        icon="file"
                        onClick={() =>
                          goTo({
                            page: 'search',
                            preset: { text: '', filter: filterOf(list, stage.days, day) },
                          })
                        }
                      >
                        {t('saved.open')}
                      </Button>
                      <AddToVisits
                        isIcon
                        selection={{
                          from: 'list',
                          text: '',
                          filter: filterOf(list, stage.days, day),
                        }}
                      />
                      <Button
                        size="s"
                        look="quiet"
                        icon="seal"
                        onClick={() =>
                          goTo({ page: 'exports', filter: filterOf(list, stage.days, day) })
                        }
                      >
                        {t('search.export')}
                      </Button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </section>
    </>
  );
}
