import { useT } from '../i18n';
import { Button } from '../ui/Button';
import { PageState } from '../ui/PageState';

/** What stands in a page's place after a defect. */
export function Fault({
  reference,
  onRetry,
}: {
  readonly reference: string;
  readonly onRetry: () => void;
}) {
  const t = useT();
  return (
    <PageState
      icon="warn"
      tone="bad"
      title={t('state.failed')}
      text={t('errors.INTERNAL')}
      reference={reference ? t('state.reference', { ref: reference }) : undefined}
    >
      <Button look="primary" size="s" icon="sync" onClick={onRetry}>
        {t('act.retry')}
      </Button>
    </PageState>
  );
}
