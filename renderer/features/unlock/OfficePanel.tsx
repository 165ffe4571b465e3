import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, isolate } from '../../lib/format';
import { Icon } from '../../ui/Icon';

/** Whose desk this is, before anybody is let in. */
export function OfficePanel() {
  const t = useT();
  const state = useDesk((store) => store.state);
  if (!state) return null;
  const { office, phase, runtime, rulePack, users, place, wiped } = state;
  return (
    <section className="lf" aria-label={t('unlock.about')}>
      <Icon name="mark" size="xl" />
      <h1>{t('shell.brand')} FieldCert</h1>
      <p className="c t16">{t('unlock.claim')}</p>
      {office ? (
        <p className="c office">
          {office.name}
          <br />
          {t('unlock.device', {
            device: isolate(place.device),
            count: isolate(formatCount(users.length)),
          })}
        </p>
      ) : null}
      {/* A wiped device holds nothing that could be protected or looked up. */}
      {wiped === null ? (
        <ul className="fr">
          {office ? (
            <li>
              <Icon name="pin" />
              {t('shell.scope')}
              <span className="end">
                {office.regionName} <span className="c num">{office.region}</span>
              </span>
            </li>
          ) : null}
          <li>
            <Icon name="shieldok" />
            {t('unlock.encrypted')}
            <span className="end good">
              <Icon name="ok" size="s" />
              {t('unlock.encrypted-yes')}
            </span>
          </li>
          {/* While a file waits for a decision, nothing is promised. */}
          {phase === 'recovery' ? null : (
            <li>
              <Icon name="wifioff" />
              {t('unlock.offline')}
              <span className="end good">
                <Icon name="ok" size="s" />
                {t('unlock.offline-yes')}
              </span>
            </li>
          )}
        </ul>
      ) : (
        <div className="fr none" />
      )}
      <p className="c t12">
        {t('help.version')} <span className="num">{runtime.version}</span> · {t('shell.rule-pack')}{' '}
        <span className="num">{rulePack.version || '–'}</span>
      </p>
    </section>
  );
}
