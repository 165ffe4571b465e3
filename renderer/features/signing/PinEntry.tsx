import type { Ref } from 'react';
import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { Icon } from '../../ui/Icon';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';

const SHOWN_TRIES = 6;

interface PinEntryProps {
  readonly ref: Ref<SecretHandle>;
  readonly triesLeft: number | null;
  readonly problem: string | null;
  readonly isDisabled: boolean;
  readonly onSubmit: () => void;
  readonly onLength: (count: number) => void;
}

/** The PIN as dots, with the tries that are left and what went wrong last. */
export function PinEntry({
  ref,
  triesLeft,
  problem,
  isDisabled,
  onSubmit,
  onLength,
}: PinEntryProps) {
  const t = useT();
  return (
    <div>
      <h2 className="gap">{t('signing.pin')}</h2>
      <SecretEntry
        ref={ref}
        isLarge
        label={t('signing.pin')}
        placeholder={t('signing.pin-hint')}
        describedBy="pin-tries"
        isDisabled={isDisabled}
        onSubmit={onSubmit}
        onLength={onLength}
      />
      <div id="pin-tries">
        {triesLeft === null ? null : (
          <div className="tries">
            <span className="p" aria-hidden="true">
              {Array.from({ length: Math.max(SHOWN_TRIES, triesLeft) }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: identical marks
                <i key={index} className={index < triesLeft ? undefined : 'o'} />
              ))}
            </span>
            {t('signing.tries', { count: isolate(triesLeft) })}
          </div>
        )}
        {problem ? (
          <p className="field er-line" role="alert">
            <span className="er">
              <Icon name="bad" size="s" />
              {problem}
            </span>
          </p>
        ) : null}
      </div>
    </div>
  );
}
