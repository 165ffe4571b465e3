import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icon-paths';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly size?: 's' | 'm' | 'l' | 'xl';
  readonly icon?: IconName;
  readonly flipsIcon?: boolean;
  readonly children?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

const LOOKS = { plain: '', primary: ' pri', danger: ' danger', quiet: ' quiet' } as const;

/** A verb. Without children it is a square and needs an `aria-label`. */
export function Button({
  look = 'plain',
  size = 'm',
  icon,
  flipsIcon = false,
  children,
  className,
  ...rest
}: ButtonProps) {
  const shape = `btn${LOOKS[look]}${size === 'm' ? '' : ` ${size}`}${children === undefined ? ' sq' : ''}`;
  return (
    <button type="button" className={className ? `${shape} ${className}` : shape} {...rest}>
      {icon ? (
        <Icon name={icon} flips={flipsIcon} {...(size === 's' ? { size: 's' as const } : {})} />
      ) : null}
      {children}
    </button>
  );
}
