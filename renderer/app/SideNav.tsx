import { useT } from '../i18n';
import type { CatalogueKey } from '../i18n/catalogue';
import { lockDesk, useDesk } from '../lib/desk-store';
import { goTo, type PageName, useNavigation } from '../lib/navigation';
import { useFollowed } from '../parts/saved/use-followed';
import { Icon } from '../ui/Icon';
import type { IconName } from '../ui/icon-paths';
import { Num } from '../ui/Num';
import { canSee } from './access';

/** Pages about one subject are reached from lists, not from here. */
const SUBJECTS: readonly PageName[] = ['record', 'company', 'person'];
type Target = Exclude<PageName, 'record' | 'company' | 'person'>;
interface Group {
  readonly title: CatalogueKey;
  readonly items: readonly {
    readonly page: Target;
    readonly icon: IconName;
    readonly word: CatalogueKey;
  }[];
}

const GROUPS: readonly Group[] = [
  {
    title: 'shell.group-work',
    items: [
      { page: 'search', icon: 'search', word: 'shell.search' },
      { page: 'batch', icon: 'table', word: 'shell.batch' },
      { page: 'fieldchecks', icon: 'field', word: 'shell.fieldchecks' },
      { page: 'boards', icon: 'chart', word: 'shell.boards' },
      { page: 'saved', icon: 'star', word: 'shell.saved' },
      { page: 'reminders', icon: 'bell', word: 'shell.reminders' },
      { page: 'history', icon: 'clock', word: 'shell.history' },
    ],
  },
  {
    title: 'shell.group-together',
    items: [
      { page: 'exports', icon: 'seal', word: 'shell.exports' },
      { page: 'crossregion', icon: 'layers', word: 'shell.crossregion' },
    ],
  },
  {
    title: 'shell.group-device',
    items: [
      { page: 'sync', icon: 'sync', word: 'shell.sync' },
      { page: 'security', icon: 'shield', word: 'shell.security' },
    ],
  },
];

/** Where one may go: only pages that exist and that the role may see. */
export function SideNav({ onHelp }: { readonly onHelp: () => void }) {
  const t = useT();
  const page = useNavigation((store) => store.place.page);
  const role = useDesk((store) => store.state?.session?.role);
  const version = useDesk((store) => store.state?.rulePack.version ?? '');
  const pending = useDesk((store) => store.sync?.pending ?? 0);
  const changed = useFollowed(role !== undefined && canSee(role, 'saved')).changed;
  const current: PageName = SUBJECTS.includes(page) ? 'search' : page;
  return (
    <nav className="nav" aria-label={t('shell.nav')}>
      {GROUPS.map((group) => {
        const items = group.items.filter((item) => role && canSee(role, item.page));
        if (items.length === 0) return null;
        return (
          <div key={group.title}>
            <h2>{t(group.title)}</h2>
            {items.map((item) => (
              <button
                key={item.page}
                type="button"
                data-page={item.page}
                className={`item${item.page === current ? ' on' : ''}`}
                aria-current={item.page === current ? 'page' : undefined}
                onClick={() => goTo({ page: item.page })}
              >
                <Icon name={item.icon} />
                {t(item.word)}
                {item.page === 'saved' && changed > 0 ? (
                  <span className="badge num" title={t('saved.changed')}>
                    {changed}
                  </span>
                ) : null}
                {item.page === 'sync' && pending > 0 ? (
                  <span className="badge num">{pending}</span>
                ) : null}
              </button>
            ))}
          </div>
        );
      })}
      <div className="foot">
        {t('shell.rule-pack')} <Num>{version}</Num>
        <br />
        <button type="button" onClick={onHelp}>
          <Num>F1</Num> {t('shell.help')}
        </button>{' '}
        <button type="button" onClick={() => void lockDesk()}>
          <Num>Ctrl+L</Num> {t('shell.lock')}
        </button>
      </div>
    </nav>
  );
}
