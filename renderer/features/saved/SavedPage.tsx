import { useState } from 'react';
import type { SavedItemView } from '../../../shared/ipc/routes/saved';
import { say, useT } from '../../i18n';
import { formatCount, formatTime, isolate, today } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { filterOn } from '../../parts/certificates/saved-period';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { followedAgain, useFollowed } from '../../parts/saved/use-followed';
import { Button } from '../../ui/Button';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { Tag } from '../../ui/Tag';
import { showToast } from '../../ui/toast-store';
import { Change } from './Change';

const WORDS = { search: 'saved.search', columns: 'saved.columns' } as const;
const SUBJECTS = {
  certificate: 'saved.favourite',
  person: 'saved.person',
  company: 'saved.company',
} as const;

function kindWord(body: SavedItemView['body']) {
  if (body === null) return 'saved.other' as const;
  return body.kind === 'favourite' ? SUBJECTS[body.subject] : WORDS[body.kind];
}

/** Opens what can be opened here; undefined for what only another page uses. */
function openerOf({ title, body }: SavedItemView): (() => void) | undefined {
  if (body?.kind === 'search')
    return () =>
      goTo({ page: 'search', preset: { text: body.text, filter: filterOn(body, today()) } });
  if (body?.kind !== 'favourite') return undefined;
  const { id, subject } = body;
  return () =>
    goTo(subject === 'certificate' ? { page: 'record', id, trail: title } : { page: subject, id });
}

/** What the person keeps: the same on each of the office's devices. */
export function SavedPage() {
  const t = useT();
  const query = useQuery('saved.list', {});
  const followed = useFollowed();
  const see = useCommand('follow.seen');
  const seeAll = async () => {
    const items = followed.items.filter(({ isChanged }) => isChanged).map(({ item }) => item);
    if (await see.run({ items })) followedAgain();
  };
  const remove = useCommand('saved.remove');
  const [leaving, setLeaving] = useState<string | null>(null);
  const items = query.data?.items ?? [];
  const waiting = items.filter(({ isWaiting }) => isWaiting).length;
  const takeOut = async ({ item }: SavedItemView) => {
    setLeaving(item);
    if (await remove.run({ item })) showToast({ tone: 'ok', text: () => say('saved.removed') });
    setLeaving(null);
    query.reload();
    followedAgain();
  };
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.saved')}</h1>
        <span className="grow" />
        {followed.changed > 0 ? (
          <Button icon="check" disabled={see.isBusy} onClick={() => void seeAll()}>
            {t('saved.seen')}
          </Button>
        ) : null}
        {query.data ? (
          <span className="t12 c3">
            {t('saved.count', {
              count: isolate(formatCount(items.length)),
              most: isolate(formatCount(query.data.most)),
            })}
          </span>
        ) : null}
      </div>
      <Notice icon={waiting > 0 ? 'queue' : 'sync'}>
        {waiting > 0
          ? t('saved.waiting-text', { count: isolate(formatCount(waiting)) })
          : t('saved.about')}
      </Notice>
      {remove.failure ? <FailureNote failure={remove.failure} /> : null}
      <section className="panel grow" aria-label={t('shell.saved')}>
        {query.failure ? (
          <FailureState failure={query.failure} onRetry={query.reload} />
        ) : query.data === null ? (
          <Skeleton label={t('state.loading')} rows={4} />
        ) : items.length === 0 ? (
          <PageState icon="star" title={t('saved.none')} text={t('saved.none-text')} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
          <section className="scroll x" tabIndex={0}>
            <table className="tbl">
              <colgroup>
                <col className="w140" />
                <col />
                <col className="w180" />
                <col className="w140" />
                <col className="w140" />
                <col className="w180" />
              </colgroup>
              <thead>
                <tr>
                  <th scope="col">{t('saved.kind')}</th>
                  <th scope="col">{t('saved.title')}</th>
                  <th scope="col">{t('saved.standing')}</th>
                  <th scope="col">{t('saved.time')}</th>
                  <th scope="col">{t('saved.state')}</th>
                  <th scope="col">
                    <span className="vh">{t('saved.remove')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((one) => {
                  const open = openerOf(one);
                  return (
                    <tr key={one.item}>
                      <td>{t(kindWord(one.body))}</td>
                      <td title={one.title}>
                        <bdi>{one.title}</bdi>
                      </td>
                      <td>
                        <Change one={followed.items.find(({ item }) => item === one.item)} />
                      </td>
                      <td>
                        <span className="num">{formatTime(one.updatedMs)}</span>
                      </td>
                      <td>
                        <Tag
                          look="text"
                          tone={one.isWaiting ? 'warn' : 'ok'}
                          icon={one.isWaiting ? 'queue' : 'ok'}
                        >
                          {t(one.isWaiting ? 'saved.waiting' : 'saved.shared')}
                        </Tag>
                      </td>
                      <td className="r">
                        {open ? (
                          <Button size="s" look="quiet" icon="file" onClick={open}>
                            {t('saved.open')}
                          </Button>
                        ) : null}
                        <Button
                          size="s"
                          look="quiet"
                          icon="x"
                          aria-label={`${t('saved.remove')}: ${one.title}`}
                          title={t('saved.remove')}
                          disabled={leaving !== null}
                          onClick={() => void takeOut(one)}
                        />
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </section>
        )}
      </section>
    </div>
  );
}
