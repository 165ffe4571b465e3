import { useEffect } from 'react';
import type { RouteOutput } from '../../shared/ipc/contract';
import type { UnlockKey } from '../../shared/ipc/routes/tokens';
import { useT } from '../i18n';
import { on } from '../lib/desk';
import { formatTime } from '../lib/format';
import { type Query, useQuery } from '../lib/use-query';
import { Button } from '../ui/Button';
import { Notice, Skeleton } from '../ui/PageState';
import { Tag } from '../ui/Tag';
import { FailureNote } from './FailureState';
import { useFailureText } from './use-failure-text';

export type UnlockKeys = Query<RouteOutput<'tokens.unlock-keys'>>;

/** Connected U-Keys that could open a slot, asked again whenever one comes or goes; null asks nothing. */
export function useUnlockKeys(isWanted: boolean): UnlockKeys {
  const query = useQuery('tokens.unlock-keys', isWanted ? {} : null);
  const { reload } = query;
  useEffect(() => on('signing.tokens-changed', reload), [reload]);
  return query;
}

export const keyName = (key: UnlockKey): string => `${key.tokenId} ${key.keyRef}`;

interface UKeyChoiceProps {
  readonly query: UnlockKeys;
  readonly picked: string | null;
  readonly isDisabled: boolean;
  readonly onPick: (name: string) => void;
}

/** Which key of the connected U-Keys is meant. */
export function UKeyChoice({ query, picked, isDisabled, onPick }: UKeyChoiceProps) {
  const t = useT();
  const text = useFailureText();
  if (query.failure) return <FailureNote failure={query.failure} onRetry={query.reload} />;
  if (query.data === null) return <Skeleton label={t('state.loading')} rows={1} />;
  const { items, problem } = query.data;
  if (items.length === 0) {
    return (
      <Notice
        tone="warn"
        icon="key"
        action={
          <Button size="s" onClick={query.reload}>
            {t('act.retry')}
          </Button>
        }
      >
        {text({ code: problem ?? 'TOKEN_NONE' })}
      </Notice>
    );
  }
  return (
    <div className="tokens" role="radiogroup" aria-label={t('ukey.choose')}>
      {items.map((key) => {
        const name = keyName(key);
        return (
          <label key={name} className={`tok${name === picked ? ' on' : ''}`}>
            <input
              type="radio"
              name="ukey"
              checked={name === picked}
              disabled={key.isPinLocked || isDisabled}
              onChange={() => onPick(name)}
            />
            <b className="el">{key.holder}</b>
            <Tag tone={key.isPinLocked ? 'bad' : 'ok'} icon={key.isPinLocked ? 'bad' : 'ok'}>
              {t(key.isPinLocked ? 'signing.locked' : 'ukey.found')}
            </Tag>
            <span className="sub t12 c2">
              {key.tokenLabel} · {t('signing.tail')} <span className="num">{key.serialTail}</span> ·{' '}
              {t('search.valid-to')}{' '}
              <span className="num">{formatTime(key.notAfterMs).slice(0, 10)}</span>
            </span>
          </label>
        );
      })}
    </div>
  );
}
