import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useT } from '../i18n';
import { Field } from '../ui/Field';
import { Notice } from '../ui/PageState';
import { SecretEntry, type SecretHandle } from '../ui/SecretEntry';
import { keyName, UKeyChoice, useUnlockKeys } from './UKeyChoice';

export interface NewUKeyHandle {
  /**
   * The chosen key with its PIN, which the caller wipes; null while something is missing, and then the caller stops: who
   * asked for a key must not get a way in without one.
   */
  readonly take: () => {
    readonly tokenId: string;
    readonly keyRef: string;
    readonly pin: Uint8Array<ArrayBuffer>;
  } | null;
}

interface NewUKeyProps {
  readonly ref: Ref<NewUKeyHandle>;
  readonly isDisabled: boolean;
  /** A key is chosen and a PIN typed. */
  readonly onReady: (isReady: boolean) => void;
  readonly onSubmit: () => void;
}

/** The U-Key that a new way in is bound to: which of those that are connected, and its PIN. */
export function NewUKey({ ref, isDisabled, onReady, onSubmit }: NewUKeyProps) {
  const t = useT();
  const keys = useUnlockKeys(true);
  const pin = useRef<SecretHandle>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const [length, setLength] = useState(0);
  const key = keys.data?.items.find((one) => keyName(one) === picked);
  const isGone = picked !== null && keys.data !== null && key === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once when it goes; what is typed then says that nothing is ready
  useEffect(() => {
    if (!isGone) return;
    pin.current?.clear();
    onReady(false);
  }, [isGone]);
  useImperativeHandle(ref, () => ({
    take: () => {
      const typed = key && pin.current?.take();
      return key && typed ? { tokenId: key.tokenId, keyRef: key.keyRef, pin: typed } : null;
    },
  }));
  return (
    <>
      <UKeyChoice
        query={keys}
        picked={picked}
        isDisabled={isDisabled}
        onPick={(name) => {
          if (name !== picked) pin.current?.clear();
          setPicked(name);
          onReady(name === picked && length > 0);
        }}
      />
      {isGone ? (
        <Notice tone="warn" icon="key">
          {t('signing.gone')}
        </Notice>
      ) : null}
      <Field label={t('signing.pin')}>
        {(ids) => (
          <SecretEntry
            ref={pin}
            label={t('signing.pin')}
            placeholder={t('signing.pin-hint')}
            describedBy={ids.describedBy}
            isDisabled={isDisabled}
            onSubmit={onSubmit}
            onLength={(count) => {
              setLength(count);
              onReady(count > 0 && key !== undefined);
            }}
          />
        )}
      </Field>
    </>
  );
}
