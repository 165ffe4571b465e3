import type { ReactNode } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icon-paths';

interface PageStateProps {
  readonly icon: IconName;
  readonly title: string;
  /** What was kept and what to do. */
  readonly text?: string;
  readonly tone?: 'bad' | 'warn';
  readonly reference?: string | undefined;
  readonly children?: ReactNode;
}

/** Empty, denied or failed: what happened, what was kept, what to do. */
export function PageState({ icon, title, text, tone, reference, children }: PageStateProps) {
  return (
    <div className={`mid${tone ? ` ${tone}` : ''}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <span className="ic">
        <Icon name={icon} />
      </span>
      <b>{title}</b>
      {text ? <p>{text}</p> : null}
      {children ? <div className="row wrap">{children}</div> : null}
      {reference ? <span className="ref sel">{reference}</span> : null}
    </div>
  );
}

/** Loading: the shape of what comes, quiet, announced once. */
export function Skeleton({ label, rows = 4 }: { readonly label: string; readonly rows?: number }) {
  return (
    <div className="skel" role="status" aria-label={label} aria-busy="true">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: identical placeholders
        <div key={index} aria-hidden="true">
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

/** Partial, stale or offline: a line above what is shown, with the act that helps. */
export function Notice({
  tone = 'info',
  icon,
  children,
  action,
}: {
  readonly tone?: 'info' | 'warn' | 'bad' | 'ok' | 'off';
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={`note ${tone}`} role="status">
      <Icon name={icon} size="s" />
      <span className="grow">{children}</span>
      {action ? <span className="end">{action}</span> : null}
    </div>
  );
}
