import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { useCommand } from '../../../lib/use-command';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { PageState, Skeleton } from '../../../ui/PageState';
import { OfferView } from './OfferView';
import { UpdateFacts } from './UpdateFacts';
import { UpdateNotice } from './UpdateNotice';
import { useUpdate } from './use-update';

/** New versions of the program: what there is, how far it has come, and when it is installed. */
export function UpdateSection() {
  const t = useT();
  const { status, failure, reload } = useUpdate();
  const role = useDesk((store) => store.state?.session?.role);
  const check = useCommand('update.check');
  const stick = useCommand('update.from-stick');
  if (status === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={5} />
        )}
      </section>
    );
  }
  const { phase, offer, supply } = status;
  const isBusy = phase === 'checking' || phase === 'fetching' || check.isBusy || stick.isBusy;
  const mayAct = role !== 'auditor';
  const acted = check.failure ?? stick.failure;
  return (
    <>
      {acted ? <FailureNote failure={acted} /> : null}
      <UpdateNotice status={status} />
      <div className="bk grow">
        <section className="panel">
          <header>
            <h2>{t('update.title')}</h2>
            {supply === 'off' || !mayAct ? null : (
              <span className="end row">
                <Button
                  size="s"
                  icon="usb"
                  look={supply === 'stick' && offer === null ? 'primary' : 'plain'}
                  disabled={isBusy}
                  onClick={() => void stick.run({})}
                >
                  {t('update.from-stick')}
                </Button>
                {supply === 'line' ? (
                  <Button
                    look={offer === null ? 'primary' : 'plain'}
                    size="s"
                    icon="sync"
                    disabled={isBusy}
                    onClick={() => void check.run({})}
                  >
                    {t('update.check')}
                  </Button>
                ) : null}
              </span>
            )}
          </header>
          {offer !== null ? (
            <OfferView status={status} offer={offer} mayAct={mayAct} />
          ) : phase === 'checking' ? (
            <Skeleton label={t('update.checking')} rows={5} />
          ) : supply === 'off' ? (
            <PageState icon="ban" title={t('update.off')} text={t('update.off-text')} />
          ) : status.refused !== null ? (
            <PageState
              icon="warn"
              tone="warn"
              title={t('update.refused')}
              text={t('update.refused-text')}
            />
          ) : status.checkedMs === null ? (
            <PageState
              icon={supply === 'stick' ? 'usb' : 'download'}
              title={t('update.unchecked')}
              text={t(supply === 'stick' ? 'update.stick-text' : 'update.line-text')}
            />
          ) : (
            <PageState icon="shieldok" title={t('update.none')} text={t('update.none-text')} />
          )}
        </section>
        <div className="col">
          <UpdateFacts status={status} />
        </div>
      </div>
    </>
  );
}
