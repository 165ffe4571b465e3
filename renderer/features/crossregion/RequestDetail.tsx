import { useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { TimeLeft } from '../../parts/granted/TimeLeft';
import { Button } from '../../ui/Button';
import { Progress } from '../../ui/Progress';
import { DecideDialog } from './DecideDialog';
import { GrantRows } from './GrantRows';
import { OwnWordNotice } from './OwnWordNotice';
import { RequestFacts } from './RequestFacts';
import { StateTag } from './RequestList';
import { useScopeWords } from './scope-words';

type Loading = NonNullable<RouteOutput<'cross-region.list'>['loading']>;

/** One request: what is asked, who agreed, and what can be done now. */
export function RequestDetail({
  one,
  loading,
  onChanged,
}: {
  readonly one: CrossRegionRequest;
  readonly loading: Loading | null;
  readonly onChanged: () => void;
}) {
  const t = useT();
  const words = useScopeWords();
  const role = useDesk((store) => store.state?.session?.role);
  const [deciding, setDeciding] = useState<'decide' | 'revoke' | null>(null);
  const [isReading, setReading] = useState(false);
  const fetching = useCommand('cross-region.fetch');
  const dropping = useCommand('cross-region.drop');
  const cancelling = useCommand('cross-region.cancel');
  const { regions } = words(one.scope);
  const isUsable = one.isOwn && one.state === 'granted' && one.untilMs !== null;
  const areRowsHere = isUsable && one.isHere && loading === null;
  const act = async (command: typeof fetching | typeof dropping) => {
    const done = command.run({ request: one.request });
    onChanged();
    await done;
    onChanged();
  };
  const failure = fetching.failure ?? dropping.failure;
  return (
    <section className="panel grow detail" aria-label={t('crossregion.detail')}>
      <header>
        <StateTag one={one} />
        <h2>
          <bdi>{regions}</bdi>
        </h2>
        {isUsable ? <TimeLeft untilMs={one.untilMs ?? 0} /> : null}
        <span className="row end">
          {isUsable && !one.isHere && loading === null ? (
            <Button
              look="primary"
              icon="download"
              disabled={fetching.isBusy}
              onClick={() => void act(fetching)}
            >
              {t('crossregion.fetch')}
            </Button>
          ) : null}
          {areRowsHere ? (
            <Button
              look="quiet"
              icon="info"
              aria-pressed={isReading}
              onClick={() => setReading(!isReading)}
            >
              {t('crossregion.granted-what')}
            </Button>
          ) : null}
          {areRowsHere ? (
            <Button icon="x" disabled={dropping.isBusy} onClick={() => void act(dropping)}>
              {t('crossregion.drop')}
            </Button>
          ) : null}
          {one.todo === null ? null : (
            <Button look="primary" icon="seal" onClick={() => setDeciding('decide')}>
              {t(`crossregion.do-${one.todo}`)}
            </Button>
          )}
          {one.mayRevoke ? (
            <Button look="danger" icon="ban" onClick={() => setDeciding('revoke')}>
              {t('crossregion.revoke')}
            </Button>
          ) : null}
        </span>
      </header>
      <OwnWordNotice one={one} />
      {failure && failure.code !== 'CANCELLED' ? <FailureNote failure={failure} /> : null}
      {loading === null ? null : (
        <Progress
          title={t('crossregion.fetching')}
          icon="download"
          done={loading.done}
          total={loading.total}
          detail={t('crossregion.rows', { count: isolate(formatCount(loading.done)) })}
          remaining=""
          action={
            <Button size="s" onClick={() => void cancelling.run({})}>
              {t('act.cancel')}
            </Button>
          }
        />
      )}
      {areRowsHere ? (
        // What was looked up stays while somebody reads what is granted.
        <GrantRows
          request={one.request}
          mayExport={one.scope.mayExport && role !== 'approver'}
          isHidden={isReading}
        />
      ) : null}
      {areRowsHere && !isReading ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <section className="body scroll" tabIndex={0} aria-label={t('crossregion.facts')}>
          <RequestFacts one={one} />
          <Steps one={one} />
        </section>
      )}
      {deciding === null ? null : (
        <DecideDialog
          one={one}
          isRevoking={deciding === 'revoke'}
          onClose={() => {
            setDeciding(null);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

function Steps({ one }: { readonly one: CrossRegionRequest }) {
  const t = useT();
  // Nobody can have done anything about what the centre does not have.
  if (one.waiting === 'request' || one.notTaken !== null) return null;
  return (
    <>
      <h3 className="t14">{t('crossregion.steps')}</h3>
      {one.steps.length === 0 ? <p className="c3">{t('crossregion.no-steps')}</p> : null}
      <ol className="stepslist">
        {one.steps.map((step) => (
          <li key={`${step.kind} ${step.atMs} ${step.name}`}>
            <b>
              {t(`crossregion.step-${step.kind}`)}
              {/* Taking back says what was decided; nobody was asked whether he agrees. */}
              {step.kind === 'revoke'
                ? null
                : ` · ${t(step.decision === 'approved' ? 'crossregion.yes' : 'crossregion.no')}`}
            </b>
            <span className="c2">
              <bdi>
                {step.office} {step.name}
              </bdi>{' '}
              · <bdi className="num">{formatTime(step.atMs)}</bdi>
            </span>
            {step.note === '' ? null : <bdi>{step.note}</bdi>}
          </li>
        ))}
      </ol>
      {one.state === 'endorsed' && one.needed > 1 ? (
        <p className="c2">{t('crossregion.needed', { count: isolate(one.needed) })}</p>
      ) : null}
    </>
  );
}
