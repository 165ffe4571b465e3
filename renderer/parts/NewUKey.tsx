import { type Ref, useImperativeHandle, useRef, useState } from 'react';
import { useT } from '../i18n';
import { Field } from '../ui/Field';
import { SecretEntry, type SecretHandle } from '../ui/SecretEntry';
import { keyName, UKeyChoice, useUnlockKeys } from './UKeyChoice';

export interface NewUKeyHandle {
  /** The chosen key with its PIN, which the caller wipes; null while something is missing. */
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
          setPicked(name);
          onReady(length > 0);
        }}
      />
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
