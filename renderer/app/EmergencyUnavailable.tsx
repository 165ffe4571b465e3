import { useT } from '../i18n';
import { goTo, type PageName } from '../lib/navigation';
import { Button } from '../ui/Button';
import { PageState } from '../ui/PageState';

/** In the place of a page whose acts need the encrypted store: why, what was kept, what to do. */
export function EmergencyUnavailable({ page }: { readonly page: UnavailablePage }) {
  const t = useT();
  return (
    <div className="page">
      <div className="phead">
        <h1>{t(`shell.${page}`)}</h1>
      </div>
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

const UNAVAILABLE = [
  'exports',
  'saved',
  'reminders',
  'history',
  'security',
  'batch',
  'fieldchecks',
  'crossregion',
] as const;
type UnavailablePage = (typeof UNAVAILABLE)[number];

/** Pages that do more than look up: the emergency reader serves none of their acts. */
export function isUnavailable(page: PageName): page is UnavailablePage {
  return (UNAVAILABLE as readonly PageName[]).includes(page);
}
