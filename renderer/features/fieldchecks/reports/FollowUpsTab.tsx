import { useEffect, useState } from 'react';
import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import { say, useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { goTo } from '../../../lib/navigation';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { useReasonWords } from '../../../parts/visits/use-reason-words';
import { Button } from '../../../ui/Button';
import { Num } from '../../../ui/Num';
import { PageState, Skeleton } from '../../../ui/PageState';
import { TextInput } from '../../../ui/TextInput';
import { showToast } from '../../../ui/toast-store';

/** What is to be looked at on the next visit: ticked off on site, or on the print. */
export function FollowUpsTab() {
  const t = useT();
  const reasonWords = useReasonWords();
  const role = useDesk((store) => store.state?.session?.role);
  const query = useQuery('followups.list', {});
  const add = useCommand('followups.add');
  const tick = useCommand('followups.tick');
  const remove = useCommand('followups.remove');
  const pdf = useCommand('followups.pdf');
  const [items, setItems] = useState<readonly FollowUp[] | null>(null);
  const [title, setTitle] = useState('');
  useEffect(() => {
    if (query.data !== null) setItems(query.data.items);
  }, [query.data]);
  const keep = (answer: { readonly items: readonly FollowUp[] } | null) => {
    if (answer !== null) setItems(answer.items);
  };
  const print = async () => {
    const answer = await pdf.run({});
    if (answer?.outcome !== 'saved') return;
    const { sheets, traceId } = answer;
    showToast({
      tone: 'ok',
      text: () =>
        say('report.printed', { count: isolate(formatCount(sheets)), trace: isolate(traceId) }),
    });
  };
  const open = [
    ...new Set(
      (items ?? []).flatMap(({ certificate, doneMs }) =>
        certificate === null || doneMs !== null ? [] : [certificate],
      ),
    ),
  ];
  const failure = pdf.failure ?? add.failure ?? tick.failure ?? remove.failure;
  return (
    <section className="panel grow fieldlist">
      <header>
        <h2>{t('report.follow-ups')}</h2>
        <span className="end row">
          {role === 'inspector' || role === 'head' ? (
            <Button
              icon="seal"
              disabled={open.length === 0}
              onClick={() => goTo({ page: 'exports', filter: { certificates: open } })}
            >
              {t('report.visit-export')}
            </Button>
          ) : null}
          <Button
            icon="print"
            disabled={pdf.isBusy || items === null || items.every(({ doneMs }) => doneMs !== null)}
            onClick={() => void print()}
          >
            {t('report.print')}
          </Button>
        </span>
      </header>
      <form
        className="row followadd"
        onSubmit={async (event) => {
          event.preventDefault();
          if (title.trim() === '') return;
          keep(await add.run({ certificate: null, title: title.trim(), note: '' }));
          setTitle('');
        }}
      >
        <div className="grow">
          <TextInput
            aria-label={t('report.follow-new')}
            placeholder={t('report.follow-new')}
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <Button type="submit" icon="check" disabled={add.isBusy || title.trim() === ''}>
          {t('report.follow-add')}
        </Button>
      </form>
      {failure ? <FailureNote failure={failure} /> : null}
      {query.failure ? (
        <FailureState failure={query.failure} onRetry={query.reload} />
      ) : items === null ? (
        <Skeleton label={t('state.loading')} rows={6} />
      ) : items.length === 0 ? (
        <PageState
          icon="mark"
          title={t('report.follow-empty')}
          text={t('report.follow-empty-text')}
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <ul className="duelist whole" tabIndex={0} aria-label={t('report.follow-ups')}>
          {items.map((one) => (
            <li key={one.id} className={one.doneMs === null ? undefined : 'done'}>
              <label className="tick grow el">
                <input
                  type="checkbox"
                  checked={one.doneMs !== null}
                  onChange={async (event) =>
                    keep(await tick.run({ id: one.id, isDone: event.target.checked }))
                  }
                />
                <span className="el">
                  <bdi>{one.title}</bdi>
                  {one.reason === undefined ? null : (
                    <span className="t12 c2 blk el" title={reasonWords(one.reason)}>
                      {one.company ? (
                        <>
                          <bdi>{one.company}</bdi> ·{' '}
                        </>
                      ) : null}
                      {reasonWords(one.reason)}
                    </span>
                  )}
                </span>
              </label>
              <span className="t12 c3">
                <Num>{formatTime(one.doneMs ?? one.addedMs)}</Num>
              </span>
              {one.certificate === null ? null : (
                <Button
                  size="s"
                  icon="file"
                  onClick={() => goTo({ page: 'record', id: one.certificate ?? 0, trail: '' })}
                >
                  {t('scan.open-record')}
                </Button>
              )}
              <Button
                size="s"
                look="quiet"
                icon="x"
                aria-label={`${t('report.follow-remove')} ${one.title}`}
                onClick={async () => keep(await remove.run({ id: one.id }))}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
