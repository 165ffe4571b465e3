import type { RouteOutput } from '../../../shared/ipc/contract';
import type { TokenCertificate } from '../../../shared/ipc/routes/signing';
import { useT } from '../../i18n';
import { formatTime } from '../../lib/format';
import type { Query } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { Notice, Skeleton } from '../../ui/PageState';
import { Tag } from '../../ui/Tag';

/** From this many days on a certificate is to be renewed. */
const RENEW_DAYS = 30;
const isUsable = (one: TokenCertificate) => one.state === 'usable' && !one.isPinLocked;

interface CertificateChoiceProps {
  readonly query: Query<RouteOutput<'signing.certificates'>>;
  readonly picked: string | null;
  readonly idOf: (certificate: TokenCertificate) => string;
  readonly onPick: (id: string) => void;
  readonly isDisabled: boolean;
}

/** Certificates of the tokens that are plugged in; the unusable ones stay listed with their reason. */
export function CertificateChoice({
  query,
  picked,
  idOf,
  onPick,
  isDisabled,
}: CertificateChoiceProps) {
  const t = useT();
  const text = useFailureText();
  // What can sign stands first: the list may be longer than its room.
  const items = [...(query.data?.items ?? [])].sort(
    (a, b) => Number(isUsable(b)) - Number(isUsable(a)),
  );
  const retry = (
    <Button size="s" onClick={query.reload}>
      {t('act.retry')}
    </Button>
  );
  if (query.failure) return <FailureNote failure={query.failure} onRetry={query.reload} />;
  if (query.data === null) return <Skeleton label={t('state.loading')} rows={1} />;
  return (
    <>
      {query.data.problem || items.length === 0 ? (
        <Notice tone="warn" icon="key" action={retry}>
          {text({ code: query.data.problem ?? 'TOKEN_NONE' })}
        </Notice>
      ) : null}
      <div className="tokens" role="radiogroup" aria-label={t('signing.certificate')}>
        {items.map((one) => {
          const id = idOf(one);
          const canSign = isUsable(one);
          const isEnding = canSign && !one.isPractice && one.daysLeft <= RENEW_DAYS;
          return (
            <label key={id} className={`tok${id === picked ? ' on' : ''}`}>
              <input
                type="radio"
                name="certificate"
                checked={id === picked}
                disabled={!canSign || isDisabled}
                onChange={() => onPick(id)}
              />
              <span className={canSign ? 'el' : 'el c3'} title={one.subject}>
                <b>{one.holder}</b>
                {one.organisation ? <span className="t12 c2"> {one.organisation}</span> : null}
              </span>
              <Tag
                tone={canSign ? (one.isPractice || isEnding ? 'warn' : 'ok') : 'bad'}
                icon={canSign ? (one.isPractice ? 'grad' : isEnding ? 'warn' : 'ok') : 'bad'}
              >
                {t(
                  one.isPinLocked
                    ? 'signing.locked'
                    : one.state === 'usable' && one.isPractice
                      ? 'shell.practice'
                      : isEnding
                        ? 'signing.days-left'
                        : `signing.${one.state}`,
                  { count: one.daysLeft },
                )}
              </Tag>
              <span className="sub t12 c2">
                {one.tokenLabel} · {t('signing.tail')} <span className="num">{one.serialTail}</span>{' '}
                · {one.algorithm === null ? null : `${one.algorithm} · `}
                {t('search.valid-to')}{' '}
                <span className="num">{formatTime(one.notAfterMs).slice(0, 10)}</span>
                {one.state === 'weak' ? (
                  <span className="tok-why">{t('signing.weak-why')}</span>
                ) : null}
              </span>
            </label>
          );
        })}
      </div>
    </>
  );
}
