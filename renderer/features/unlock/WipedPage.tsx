import { useState } from 'react';
import type { DeskState } from '../../../shared/ipc/routes/app';
import { useT } from '../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Notice } from '../../ui/PageState';

interface WipedPageProps {
  readonly wiped: NonNullable<DeskState['wiped']>;
  readonly onEnrol: () => void;
}

/** The device was wiped, or is not quite: when, by whom, what survived and where, and what can be done now. */
export function WipedPage({ wiped, onEnrol }: WipedPageProps) {
  const t = useT();
  const save = useCommand('device.save-outbox');
  const [isSaved, setSaved] = useState(false);
  const { outbox, directive, persons } = wiped;
  const isPending = !wiped.isDone && wiped.receipt === 'lost';
  const by =
    directive === null
      ? t('wiped.by-persons', { badges: isolate(persons.join(' ')) })
      : t('wiped.by-directive', { id: isolate(directive.id) });
  return (
    <>
      <div className="wiped-head">
        <span className="ic">
          <Icon name="ban" size="l" />
        </span>
        <div>
          <h2 className="t20">{t(wiped.isDone ? 'wiped.title' : 'wiped.title-unfinished')}</h2>
          <p className="c2">{t(wiped.isDone ? 'wiped.text' : 'wiped.text-unfinished')}</p>
        </div>
      </div>
      {wiped.isDone ? null : (
        <Notice tone="bad" icon="warn">
          {t('wiped.unfinished')}
        </Notice>
      )}
      <dl className="dl">
        <dt>{t('wiped.when')}</dt>
        <dd className="num">{formatTime(wiped.atMs)}</dd>
        <dt>{t('wiped.who')}</dt>
        <dd>{by}</dd>
        {directive !== null && directive.reason !== '' ? (
          <>
            <dt>{t('wiped.reason')}</dt>
            <dd>{directive.reason}</dd>
          </>
        ) : null}
        <dt>{t('wiped.office')}</dt>
        <dd>
          {wiped.office.name} <span className="num c3">{wiped.office.code}</span>
        </dd>
        <dt>{t('device.number')}</dt>
        <dd className="num sel">{wiped.device}</dd>
        <dt>{t('wiped.told')}</dt>
        <dd>{t(`wiped.told-${isPending ? 'pending' : wiped.receipt}`)}</dd>
        <dt>{t('wiped.survived')}</dt>
        <dd>
          {outbox === null
            ? t('wiped.nothing')
            : t('wiped.outbox', {
                file: isolate('outbox.sealed'),
                count: isolate(formatCount(outbox.commands)),
                size: isolate(formatBytes(outbox.bytes)),
              })}
        </dd>
      </dl>
      {outbox === null ? null : <p className="t12 c3">{t('wiped.hand-in')}</p>}
      {isSaved ? (
        <Notice tone="ok" icon="ok">
          {t('wiped.saved')}
        </Notice>
      ) : null}
      {save.failure ? <FailureNote failure={save.failure} /> : null}
      <div className="row wrap">
        {outbox === null ? null : (
          <Button
            size="l"
            icon="download"
            disabled={save.isBusy}
            onClick={() => void save.run({}).then((answer) => setSaved(answer?.isSaved ?? false))}
          >
            {t('wiped.save')}
          </Button>
        )}
        <Button
          look="primary"
          size="l"
          icon="building"
          className="grow"
          disabled={!wiped.isDone}
          onClick={onEnrol}
        >
          {t('wiped.enrol')}
        </Button>
      </div>
    </>
  );
}
