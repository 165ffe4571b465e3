import type { InputHTMLAttributes, Ref } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icon-paths';

interface TextInputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly icon?: IconName;
  readonly isInvalid?: boolean;
  readonly isLarge?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A single line of text in the desk's frame. */
export function TextInput({ icon, isInvalid = false, isLarge = false, ...rest }: TextInputProps) {
  return (
    <div
      className={`input${isLarge ? ' l' : ''}${isInvalid ? ' err' : ''}${rest.disabled ? ' dis' : ''}`}
    >
      {icon ? <Icon name={icon} /> : null}
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={isInvalid || undefined}
        {...rest}
      />
    </div>
  );
}
