import { ICON_PATHS, type IconName } from './icon-paths';

interface IconProps {
  readonly name: IconName;
  readonly size?: 's' | 'l' | 'xl';
  /** Arrows turn with the reading direction. */
  readonly flips?: boolean;
}

/** A decorative stroke icon: whatever it says is said in words beside it. */
export function Icon({ name, size, flips = false }: IconProps) {
  return (
    <svg
      className={`i${size ? ` ${size}` : ''}${flips ? ' flip' : ''}`}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      {ICON_PATHS[name]}
    </svg>
  );
}
