import type { ReactNode } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icon-paths';

interface ProgressProps {
  readonly title: string;
  readonly icon?: IconName;
  readonly done: number;
  /** 0: not known yet; the bar then only moves. */
  readonly total: number;
  readonly tone?: 'ok' | 'warn' | 'bad';
  readonly action?: ReactNode;
  /** Count and rate. */
  readonly detail: string;
  /** Remaining time. */
  readonly remaining: string;
}

/** Long work: phase, count, rate, remaining time, and the way to stop it. */
export function Progress({
  title,
  icon,
  done,
  total,
  tone,
  action,
  detail,
  remaining,
}: ProgressProps) {
  const percent = total > 0 ? Math.min(100, (done / total) * 100) : 0;
  return (
    <div className="pr">
      <div className="h">
        {icon ? <Icon name={icon} /> : null}
        <b>{title}</b>
        {action ? <span className="end">{action}</span> : null}
      </div>
      <ProgressBar label={title} percent={total > 0 ? percent : null} {...(tone ? { tone } : {})} />
      <div className="m">
        <span>{detail}</span>
        <span>{remaining}</span>
      </div>
    </div>
  );
}

/** The bar alone; `percent` null while the whole is not known. */
export function ProgressBar({
  label,
  percent,
  tone,
}: {
  readonly label: string;
  readonly percent: number | null;
  readonly tone?: 'ok' | 'warn' | 'bad';
}) {
  return (
    <div
      className={`pg${tone ? ` ${tone}` : ''}${percent === null ? ' wait' : ''}`}
      role="progressbar"
      aria-label={label}
      {...(percent === null
        ? {}
        : { 'aria-valuenow': Math.round(percent), 'aria-valuemin': 0, 'aria-valuemax': 100 })}
    >
      <i style={percent === null ? undefined : { inlineSize: `${percent}%` }} />
    </div>
  );
}

/** Where in a fixed row of phases the work stands. */
export function Phases({
  names,
  current,
  percent,
}: {
  readonly names: readonly string[];
  readonly current: number;
  readonly percent: number;
}) {
  return (
    <ol className="phases">
      {names.map((name, index) => (
        <li
          key={name}
          className={index < current ? 'd' : index === current ? 'c' : undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          <i>
            {index === current ? <u style={{ inlineSize: `${Math.min(100, percent)}%` }} /> : null}
          </i>
          {name}
        </li>
      ))}
    </ol>
  );
}
