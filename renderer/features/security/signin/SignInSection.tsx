import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { isolate } from '../../../lib/format';
import { Tag } from '../../../ui/Tag';
import { AttachKey } from './AttachKey';
import { DetachKey } from './DetachKey';
import { KeyCheck } from './KeyCheck';

/** What opens the desk for the person at it: whether a U-Key is needed beside the password. */
export function SignInSection() {
  const t = useT();
  const badge = useDesk((store) => store.state?.session?.badge);
  const tail = useDesk(
    (store) => store.state?.users.find((user) => user.badge === badge)?.token?.serialTail ?? null,
  );
  return (
    <div className="col g16 signin-section">
      <section className="panel" aria-label={t('ukey.title')}>
        <header>
          <h2>{t('ukey.title')}</h2>
          <span className="end">
            <Tag tone={tail === null ? 'off' : 'ok'} icon={tail === null ? 'key' : 'ok'}>
              {t(tail === null ? 'ukey.not-bound' : 'ukey.is-bound')}
            </Tag>
          </span>
        </header>
        <div className="body col g16 narrow">
          <p>{tail === null ? t('ukey.unbound') : t('ukey.bound', { tail: isolate(tail) })}</p>
          {tail === null ? <AttachKey /> : <DetachKey />}
          <p className="t12 c3">{t('ukey.lost')}</p>
        </div>
      </section>
      <KeyCheck />
    </div>
  );
}
