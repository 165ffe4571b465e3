import { useT } from '../i18n';
import type { CatalogueKey } from '../i18n/catalogue';
import type { Failure } from '../lib/desk';
import { Button } from '../ui/Button';
import { Notice, PageState } from '../ui/PageState';
import { useFailureText } from './use-failure-text';

interface FailureStateProps {
  readonly failure: Failure;
  readonly onRetry?: (() => void) | undefined;
  /** What of the person's work was kept. */
  readonly kept?: CatalogueKey;
}

/** Denied or failed, filling a page: what happened, what was kept, what to do, reference number. */
export function FailureState({ failure, onRetry, kept }: FailureStateProps) {
  const t = useT();
  const text = useFailureText();
  const isDenied = failure.code === 'FORBIDDEN';
  return (
    <PageState
      icon={isDenied ? 'lock' : 'warn'}
      title={isDenied ? t('state.denied') : t('state.failed')}
      text={kept && !isDenied ? `${text(failure)}\n${t(kept)}` : text(failure)}
      tone={isDenied ? 'warn' : 'bad'}
      reference={failure.ref ? t('state.reference', { ref: failure.ref }) : undefined}
    >
      {onRetry && !isDenied ? (
        <Button look="primary" size="s" icon="sync" onClick={onRetry}>
          {t('act.retry')}
        </Button>
      ) : null}
    </PageState>
  );
}

/** The same as one line, beside a form or above a list that stays. */
export function FailureNote({
  failure,
  onRetry,
}: {
  readonly failure: Failure;
  readonly onRetry?: (() => void) | undefined;
}) {
  const t = useT();
  const text = useFailureText();
  return (
    <Notice
      tone="bad"
      icon="bad"
      action={
        onRetry ? (
          <Button size="s" onClick={onRetry}>
            {t('act.retry')}
          </Button>
        ) : null
      }
    >
      <span role="alert">
        {text(failure)}{' '}
        {failure.ref ? (
          <span className="c2 sel">{t('state.reference', { ref: failure.ref })}</span>
        ) : null}
      </span>
    </Notice>
  );
}
