import type { ReactNode } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icon-paths';

interface KpiTileProps {
  readonly label: string;
  readonly icon: IconName;
  readonly tone: 'ok' | 'warn' | 'bad' | 'info' | 'off';
  readonly value: string;
  readonly unit?: string;
  readonly note: string;
  readonly figure?: ReactNode;
  readonly isOn?: boolean;
  /** What pressing it does; without it the tile is only read. */
  readonly onOpen?: (() => void) | undefined;
}

/** One large figure with its word, and the way to the list behind it. */
export function KpiTile({
  label,
  icon,
  tone,
  value,
  unit,
  note,
  figure,
  isOn = false,
  onOpen,
}: KpiTileProps) {
  const content = (
    <>
      <span className="l">
        <span className={`row ${tone}`}>
          <Icon name={icon} size="s" />
        </span>
        {label}
      </span>
      <span className="v">
        <b className="num">
          {value}
          {unit ? <small>{unit}</small> : null}
        </b>
        {figure}
      </span>
      <span className="d" title={note}>
        {note}
      </span>
    </>
  );
  const look = `panel kpi${isOn ? ' on' : ''}`;
  return onOpen ? (
    <button type="button" className={look} onClick={onOpen}>
      {content}
    </button>
  ) : (
    <div className={look}>{content}</div>
  );
}
