import { useState } from 'react';
import type { SavedFilesView } from '../../../../shared/ipc/common';
import { useT } from '../../../i18n';
import { formatCount, formatDay, formatTime } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { SavedFiles } from '../../../parts/SavedFiles';
import { Button } from '../../../ui/Button';
import { KpiTile } from '../../../ui/KpiTile';
import { Num } from '../../../ui/Num';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';
import { useRosterWords } from './use-roster-words';

/** What has to be put right: the most overdue first, with the rate; and the records of closed visits. */
export function RectificationsTab() {
  const t = useT();
  const look = useRosterWords();
  const [round, setRound] = useState(0);
  const query = useQuery('site.rectifications', {}, String(round));
  const settle = useCommand('site.settle');
  const save = useCommand('site.save');
  const [saved, setSaved] = useState<SavedFilesView | null>(null);
  const { data } = query;
  if (query.failure)
    return (
      <section className="panel grow">
        <FailureState failure={query.failure} onRetry={query.reload} />
      </section>
    );
  if (data === null)
    return (
      <section className="panel grow">
        <Skeleton label={t('state.loading')} rows={6} />
      </section>
    );
  const failure = settle.failure ?? save.failure;
  return (
    <>
      {saved === null ? null : (
        <Notice
          tone={saved.by === 'u-key' ? 'ok' : 'warn'}
          icon={saved.by === 'u-key' ? 'ok' : 'info'}
        >
          <SavedFiles saved={saved} />
        </Notice>
      )}
      <div className="kpis duekpis">
        <KpiTile
          label={t('group.due')}
          icon="flag"
          tone="info"
          value={formatCount(data.total)}
          note={t('group.due-note')}
        />
        <KpiTile
          label={t('group.overdue')}
          icon="warn"
          tone="bad"
          value={formatCount(data.overdue)}
          note={t('group.overdue-note')}
        />
        <KpiTile
          label={t('group.rate')}
          icon="ok"
          tone="ok"
          value={data.onTimePercent === null ? '–' : `${data.onTimePercent}%`}
          note={t('group.rate-note')}
        />
      </div>
      {failure ? <FailureNote failure={failure} /> : null}
      <div className="duepair">
        <section className="panel">
          <header>
            <h2>{t('group.due-list')}</h2>
          </header>
          {data.items.length === 0 ? (
            <PageState icon="flag" title={t('group.due-empty')} text={t('group.due-empty-text')} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
            <ul className="duelist whole" tabIndex={0} aria-label={t('group.due-list')}>
              {data.items.map(({ visit, place, person }) => {
                const { word } = look(person.verdict);
                const isDone = person.doneDay !== null;
                const isLate = !isDone && (person.dueDay ?? 0) < data.today;
                return (
                  <li key={`${visit} ${person.n}`}>
                    <span className="grow el">
                      <b>
                        <bdi>{person.name ?? person.number ?? '–'}</bdi>
                      </b>{' '}
                      <span className="c2">{word}</span>
                      <span className="t12 c3 blk el">
                        <bdi>{place}</bdi>
                      </span>
                    </span>
                    <Tag
                      tone={isDone ? 'ok' : isLate ? 'bad' : 'warn'}
                      icon={isDone ? 'ok' : isLate ? 'bad' : 'clock'}
                      look="text"
                    >
                      {t(isDone ? 'group.done' : isLate ? 'group.is-overdue' : 'group.is-due')}{' '}
                      <Num>{formatDay(person.doneDay ?? person.dueDay ?? 0)}</Num>
                    </Tag>
                    <Button
                      size="s"
                      icon="check"
                      disabled={isDone || settle.isBusy}
                      onClick={async () => {
                        if (await settle.run({ visit, n: person.n })) setRound(round + 1);
                      }}
                    >
                      {t('group.settle')}
                    </Button>
                  </li>
                );
              })}
            </ul>
          )}
        </section>
        <section className="panel">
          <header>
            <h2>{t('group.visits')}</h2>
          </header>
          {data.visits.length === 0 ? (
            <p className="c3 pad">{t('group.visits-empty')}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
            <ul className="duelist whole" tabIndex={0} aria-label={t('group.visits')}>
              {data.visits.map((visit) => (
                <li key={visit.id}>
                  <span className="grow el">
                    <b>
                      <bdi>{visit.place}</bdi>
                    </b>
                    <span className="t12 c3 blk">
                      <Num>{formatTime(visit.startedMs)}</Num> · {t('group.people')}{' '}
                      <Num>{formatCount(visit.people)}</Num>
                    </span>
                  </span>
                  {visit.closedMs === null ? (
                    <span className="t12 c3">{t('group.open')}</span>
                  ) : (
                    <Button
                      size="s"
                      icon="download"
                      disabled={save.isBusy}
                      onClick={async () => {
                        setSaved(null);
                        const answer = await save.run({ visit: visit.id });
                        if (answer?.saved) setSaved(answer.saved);
                      }}
                    >
                      {t('group.save')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}
