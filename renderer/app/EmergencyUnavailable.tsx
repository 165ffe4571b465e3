import { useT } from '../i18n';
import { goTo } from '../lib/navigation';
import { Button } from '../ui/Button';
import { PageState } from '../ui/PageState';

/** In the place of a page whose acts need the encrypted store: why, what was kept, what to do. */
export function EmergencyUnavailable() {
  const t = useT();
  return (
    <div className="page">
      <section className="panel grow">
        <PageState
          icon="lock"
          tone="warn"
          title={t('emergency.unavailable')}
          text={t('emergency.unavailable-text')}
        >
          <Button look="primary" icon="search" onClick={() => goTo({ page: 'search' })}>
            {t('emergency.to-search')}
          </Button>
        </PageState>
      </section>
    </div>
  );
}
