import { useEffect, useState } from 'react';
import type { SavedFilesView } from '../../../../shared/ipc/common';
import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import { say, useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, isolate } from '../../../lib/format';
import { goTo } from '../../../lib/navigation';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { SavedFiles } from '../../../parts/SavedFiles';
import { Button } from '../../../ui/Button';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { TextInput } from '../../../ui/TextInput';
import { showToast } from '../../../ui/toast-store';
import { VisitGroups } from './VisitGroups';

/** What is to be looked at on the next visit: ticked off on site, or on the print. */
export function FollowUpsTab() {
  const t = useT();
  const role = useDesk((store) => store.state?.session?.role);
  const query = useQuery('followups.list', {});
  const add = useCommand('followups.add');
  const tick = useCommand('followups.tick');
  const remove = useCommand('followups.remove');
  const pdf = useCommand('followups.pdf');
  const sign = useCommand('followups.save');
  const [saved, setSaved] = useState<SavedFilesView | null>(null);
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
  const failure = sign.failure ?? pdf.failure ?? add.failure ?? tick.failure ?? remove.failure;
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
            icon="key"
            title={t('report.visit-sign-text')}
            disabled={sign.isBusy || items === null || items.length === 0}
            onClick={async () => {
              setSaved(null);
              setSaved((await sign.run({}))?.saved ?? null);
            }}
          >
            {t('report.visit-sign')}
          </Button>
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
          const answer = await add.run({ certificate: null, title: title.trim(), note: '' });
          keep(answer);
          if (answer !== null) setTitle('');
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
      {saved === null ? null : (
        <Notice
          tone={saved.by === 'u-key' ? 'ok' : 'warn'}
          icon={saved.by === 'u-key' ? 'ok' : 'info'}
        >
          <SavedFiles saved={saved} />
        </Notice>
      )}
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
        <VisitGroups
          items={items}
          onTick={async (id, isDone) => keep(await tick.run({ id, isDone }))}
          onRemove={async (id) => keep(await remove.run({ id }))}
        />
      )}
    </section>
  );
}
