import { DESK_AUTHORITY, type Reach } from '../../../../shared/domain/authority/desk-table';
import { SERVER_ROUTES } from '../../../../shared/domain/authority/server-routes';
import { ROLES } from '../../../../shared/domain/model';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, isolate } from '../../../lib/format';
import { Icon } from '../../../ui/Icon';

const LOOKS = {
  all: { icon: 'check', tone: 'ok' },
  some: { icon: 'min', tone: 'warn' },
  none: { icon: 'x', tone: 'off' },
} as const;
const OPENERS = ['device', 'control', 'anyone'] as const;

/** Who may do what: the table that main and the centre decide by, for everybody to read. */
export function AuthoritySection() {
  const t = useT();
  const own = useDesk((store) => store.state?.session?.role);
  return (
    <>
      <section className="panel authority-panel">
        <header>
          <h2>{t('authority.title')}</h2>
          <span className="end c3 t12 el">{t('authority.lead')}</span>
        </header>
        <table className="tbl authority">
          <thead>
            <tr>
              <th scope="col">{t('authority.group')}</th>
              {ROLES.map((role) => (
                <th key={role} scope="col" className={role === own ? 'own' : undefined}>
                  {t(`roles.${role}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {DESK_AUTHORITY.map(({ group, reach }) => (
              <tr key={group}>
                <th scope="row">{t(`authority.g-${group}`)}</th>
                {ROLES.map((role) => (
                  <td key={role} className={role === own ? 'own' : undefined}>
                    <ReachMark reach={reach[role]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="panel authority-panel">
        <header>
          <h2>{t('authority.centre')}</h2>
          <span className="end c3 t12 el">{t('authority.centre-lead')}</span>
        </header>
        <dl className="dl body">
          {OPENERS.map((opener) => (
            <div key={opener} className="authority-opener">
              <dt>{t(`authority.o-${opener}`)}</dt>
              <dd>
                {t('authority.routes', {
                  count: isolate(
                    formatCount(SERVER_ROUTES.filter((one) => one.opener === opener).length),
                  ),
                })}{' '}
                <span className="c3">{t(`authority.t-${opener}`)}</span>
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}

function ReachMark({ reach }: { readonly reach: Reach }) {
  const t = useT();
  const { icon, tone } = LOOKS[reach];
  return (
    <span className={`authority-reach ${tone}`}>
      <Icon name={icon} size="s" />
      {t(`authority.${reach}`)}
    </span>
  );
}
