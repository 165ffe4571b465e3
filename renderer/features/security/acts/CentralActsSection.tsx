import { useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { say, useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { showToast } from '../../../ui/toast-store';
import { ActDetail } from './ActDetail';
import { ActList } from './ActList';
import { AskActDialog } from './AskActDialog';

/** Acts of the centre that take two administrators: what waits, asking for one, countersigning and refusing. */
export function CentralActsSection() {
  const t = useT();
  const status = useQuery('acts.status', {});
  const open = useCommand('acts.open');
  const enter = async () => {
    await open.run({});
    status.reload();
  };
  const admin = status.data?.admin ?? null;
  if (admin !== null) return <Acts admin={admin} onLeft={status.reload} />;
  return (
    <>
      {open.failure && open.failure.code !== 'CANCELLED' ? (
        <FailureNote failure={open.failure} />
      ) : null}
      <section className="panel grow">
        <PageState icon="lock" title={t('centralacts.out')} text={t('centralacts.out-text')}>
          <Button
            look="primary"
            icon="seal"
            disabled={open.isBusy || status.data === null}
            onClick={() => void enter()}
          >
            {t('centralacts.open')}
          </Button>
        </PageState>
      </section>
    </>
  );
}

type Admin = NonNullable<RouteOutput<'acts.status'>['admin']>;
type Ended = RouteOutput<'acts.decide'>;

function Acts({ admin, onLeft }: { readonly admin: Admin; readonly onLeft: () => void }) {
  const t = useT();
  const query = useQuery('acts.list', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const { reload } = query;
  const acts = query.data?.acts ?? [];
  const shown = acts.find(({ id }) => id === chosen) ?? acts[0];
  const isFew = query.data !== null && query.data.admins.length < 2;
  const decided = (ended: Ended | null) => {
    if (ended?.told != null) setTold(ended.told);
    reload();
  };
  if (query.failure?.code === 'ACTS_SESSION') {
    return (
      <section className="panel grow">
        <FailureState failure={query.failure} onRetry={onLeft} />
      </section>
    );
  }
  return (
    <>
      <Notice
        tone={isFew ? 'warn' : 'info'}
        icon={isFew ? 'warn' : 'info'}
        action={
          <span className="row">
            <Button size="s" icon="sync" onClick={reload}>
              {t('centralacts.refresh')}
            </Button>
            <Button size="s" look="primary" icon="file" onClick={() => setAsking(true)}>
              {t('centralacts.ask')}
            </Button>
          </span>
        }
      >
        {t('centralacts.in', {
          name: isolate(admin.name),
          person: isolate(admin.person),
          time: isolate(formatTime(admin.untilMs)),
        })}{' '}
        · {t(isFew ? 'centralacts.few' : 'centralacts.lead')}
      </Notice>
      {query.data === null ? (
        <section className="panel grow">
          {query.failure ? (
            <FailureState failure={query.failure} onRetry={reload} />
          ) : (
            <Skeleton label={t('state.loading')} rows={5} />
          )}
        </section>
      ) : shown === undefined ? (
        <section className="panel grow">
          <PageState
            icon="layers"
            title={t('centralacts.none')}
            text={t('centralacts.none-text')}
          />
        </section>
      ) : (
        <div className="crossregion">
          <ActList acts={acts} chosen={shown.id} onChoose={setChosen} />
          <ActDetail key={shown.id} one={shown} onDecided={decided} />
        </div>
      )}
      {isAsking ? (
        <AskActDialog
          onClose={() => setAsking(false)}
          onAsked={() => {
            setAsking(false);
            setChosen(null);
            reload();
          }}
        />
      ) : null}
      {told === null ? null : <ToldDialog text={told} onClose={() => setTold(null)} />}
    </>
  );
}

/** Codes and files that the centre tells once, to who is there. */
function ToldDialog({ text, onClose }: { readonly text: string; readonly onClose: () => void }) {
  const t = useT();
  const save = useCommand('acts.save');
  const run = async () => {
    const saved = await save.run({});
    if (saved?.isSaved === true) showToast({ tone: 'ok', text: () => say('centralacts.saved') });
  };
  return (
    <Dialog
      title={t('centralacts.told')}
      onClose={onClose}
      isWide
      actions={
        <>
          <Button icon="download" disabled={save.isBusy} onClick={() => void run()}>
            {t('centralacts.save')}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t('centralacts.close')}
          </Button>
        </>
      }
    >
      <p className="c2">{t('centralacts.told-text')}</p>
      {/* Longer than its frame it scrolls, by keys too. */}
      <textarea
        className="area mono acttold"
        dir="ltr"
        readOnly
        rows={6}
        spellCheck={false}
        aria-label={t('centralacts.told')}
        value={text}
      />
      {save.failure ? <FailureNote failure={save.failure} /> : null}
    </Dialog>
  );
}
