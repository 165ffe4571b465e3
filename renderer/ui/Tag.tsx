import type { ReactNode } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icon-paths';

export type TagTone = 'ok' | 'warn' | 'bad' | 'off' | 'info';

interface TagProps {
  readonly tone: TagTone;
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly look?: 'tag' | 'text' | 'big';
  /** A green that may be out of date is hatched. */
  readonly isStale?: boolean;
  readonly title?: string;
}

/** Colour, icon and word together: none of them ever stands alone. */
export function Tag({ tone, icon, children, look = 'tag', isStale = false, title }: TagProps) {
  const base = look === 'text' ? 'st' : look === 'big' ? 'tag big' : 'tag';
  return (
    <span className={`${base} ${tone}${isStale && tone === 'ok' ? ' stale' : ''}`} title={title}>
      <Icon name={icon} size={look === 'big' ? 'l' : 's'} />
      {children}
    </span>
  );
}
