import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';

/** Who can unlock this device. */
export function PeopleSection() {
  const t = useT();
  const users = useDesk((store) => store.state?.users ?? []);
  return (
    <section className="panel grow" aria-label={t('security.section-people')}>
      <header>
        <h2>{t('security.section-people')}</h2>
      </header>
      <ul className="body lines">
        {users.map((user) => (
          <li key={user.badge}>
            <b>{user.name}</b> <span className="num c2">{user.badge}</span>
            <span className="end c2">{t(`roles.${user.role}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
