import { type Ref, useImperativeHandle, useRef, useState } from 'react';
import { useT } from '../i18n';
import { isolate } from '../lib/format';
import { Field } from '../ui/Field';
import { SecretEntry, type SecretHandle } from '../ui/SecretEntry';

export interface NewPasswordHandle {
  /** The password, when both entries are alike; the caller wipes it. Null when they differ, which is said here. */
  readonly take: () => Uint8Array<ArrayBuffer> | null;
}

interface NewPasswordProps {
  readonly ref: Ref<NewPasswordHandle>;
  /** 1 where it is not known yet: main refuses what is shorter than the policy's. */
  readonly minLength: number;
  readonly isDisabled: boolean;
  /** Both entries are long enough. */
  readonly onReady: (isReady: boolean) => void;
  readonly onSubmit: () => void;
}

/** Same length and same bytes, looked through to the end. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** A new password, typed twice. */
export function NewPassword({ ref, minLength, isDisabled, onReady, onSubmit }: NewPasswordProps) {
  const t = useT();
  const first = useRef<SecretHandle>(null);
  const second = useRef<SecretHandle>(null);
  const lengths = useRef<[number, number]>([0, 0]);
  const [isDifferent, setDifferent] = useState(false);
  const note = (which: 0 | 1, count: number) => {
    lengths.current[which] = count;
    if (count > 0) setDifferent(false);
    onReady(lengths.current.every((length) => length >= Math.max(1, minLength)));
  };
  useImperativeHandle(ref, () => ({
    take: () => {
      const [password, again] = [first.current?.take(), second.current?.take()];
      const areSame = password !== undefined && again !== undefined && isSame(password, again);
      again?.fill(0);
      setDifferent(!areSame);
      if (areSame) return password;
      password?.fill(0);
      first.current?.focus();
      return null;
    },
  }));
  return (
    <div className="secret-pair">
      <Field
        label={t('people.new-password')}
        {...(minLength > 1 && { hint: t('people.min-length', { count: isolate(minLength) }) })}
      >
        {(ids) => (
          <SecretEntry
            ref={first}
            label={t('people.new-password')}
            placeholder={t('people.type-hint')}
            describedBy={ids.describedBy}
            isDisabled={isDisabled}
            onSubmit={() => second.current?.focus()}
            onLength={(count) => note(0, count)}
          />
        )}
      </Field>
      <Field label={t('unlock.again')} error={isDifferent ? t('unlock.different') : null}>
        {(ids) => (
          <SecretEntry
            ref={second}
            label={t('unlock.again')}
            placeholder={t('people.type-hint')}
            describedBy={ids.describedBy}
            isDisabled={isDisabled}
            onSubmit={onSubmit}
            onLength={(count) => note(1, count)}
          />
        )}
      </Field>
    </div>
  );
}
