import { useT } from '../../../i18n';
import { Icon } from '../../../ui/Icon';

const WHEN = [
  { key: 'why-person', icon: 'user' },
  { key: 'why-device', icon: 'warn' },
  { key: 'why-routine', icon: 'cal' },
] as const;
const AFTER = [
  { key: 'after-people', icon: 'key' },
  { key: 'after-backup', icon: 'usb' },
  { key: 'after-log', icon: 'file' },
] as const;

/** Why keys are changed, and what stays as it was. */
export function WhyPanel() {
  const t = useT();
  return (
    <div className="col">
      {[{ title: 'why', lines: WHEN } as const, { title: 'after', lines: AFTER } as const].map(
        ({ title, lines }) => (
          <section key={title} className="panel none-grow" aria-label={t(`rotation.${title}`)}>
            <header>
              <h2>{t(`rotation.${title}`)}</h2>
            </header>
            <ul className="body whys">
              {lines.map(({ key, icon }) => (
                <li key={key}>
                  <Icon name={icon} size="s" />
                  <span>{t(`rotation.${key}`)}</span>
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </div>
  );
}
