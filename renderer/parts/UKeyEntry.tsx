import type { Ref } from 'react';
import { useT } from '../i18n';
import { formatTime } from '../lib/format';
import { Icon } from '../ui/Icon';
import { SecretEntry, type SecretHandle } from '../ui/SecretEntry';
import { Tag } from '../ui/Tag';
import { useUnlockKeys } from './UKeyChoice';

interface UKeyEntryProps {
  /** The person's U-Key. */
  readonly token: { readonly serialTail: string; readonly keyRef: string };
  readonly ref: Ref<SecretHandle>;
  readonly problem: string | null;
  readonly isDisabled: boolean;
  readonly onSubmit: () => void;
  readonly onLength: (count: number) => void;
}

/** The person's U-Key: whether it is plugged in, and its PIN. */
export function UKeyEntry({ token, ref, problem, isDisabled, onSubmit, onLength }: UKeyEntryProps) {
  const t = useT();
  const { data } = useUnlockKeys(true);
  const key = data?.items.find(
    (one) => one.serialTail === token.serialTail && one.keyRef === token.keyRef,
  );
  return (
    <>
      <div className="field">
        <div className="lb">
          <span>U-Key</span>
          {key ? (
            <span>
              {t('search.valid-to')}{' '}
              <span className="num">{formatTime(key.notAfterMs).slice(0, 10)}</span>
            </span>
          ) : null}
        </div>
        <div className="ukey" role="status">
          <span className={`ic${key ? ' ok' : ''}`} aria-hidden="true">
            <Icon name="usb" />
          </span>
          <span className="el">
            <b>{key?.holder ?? t('ukey.insert')}</b>
            <span className="t12 c2">
              {t('signing.tail')} <span className="num">{token.serialTail}</span>
            </span>
          </span>
          <Tag tone={key ? 'ok' : 'warn'} icon={key ? 'ok' : 'warn'}>
            {t(key ? 'ukey.found' : 'ukey.absent')}
          </Tag>
        </div>
      </div>
      <div className="field">
        <div className="lb">
          <span>{t('signing.pin')}</span>
        </div>
        <SecretEntry
          ref={ref}
          label={t('signing.pin')}
          placeholder={t('signing.pin-hint')}
          describedBy={problem ? 'ukey-problem' : undefined}
          isDisabled={isDisabled}
          onSubmit={onSubmit}
          onLength={onLength}
        />
        {problem ? (
          <p className="er" id="ukey-problem" role="alert">
            <Icon name="bad" size="s" />
            {problem}
          </p>
        ) : null}
      </div>
    </>
  );
}
