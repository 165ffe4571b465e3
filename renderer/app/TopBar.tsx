import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n';
import { lockDesk, useDesk } from '../lib/desk-store';
import { formatCount, formatTime, isolate } from '../lib/format';
import { goTo } from '../lib/navigation';
import { WindowButtons } from '../parts/WindowButtons';
import { Icon } from '../ui/Icon';
import { Num } from '../ui/Num';
import { SettingsMenu } from './SettingsMenu';

/** Never changes: scope, data as of, online, queue, user, role, lock; the window's buttons last. */
export function TopBar() {
  const t = useT();
  const state = useDesk((store) => store.state);
  const sync = useDesk((store) => store.sync);
  // What waits to be sent lies in the journal, which the emergency reader cannot open.
  const isEmergency = state?.emergency.isActive ?? false;
  const level = state?.emergency.level.level ?? 0;
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event) => {
      if (
        event instanceof KeyboardEvent
          ? event.key === 'Escape'
          : !(event.target instanceof Node && box.current?.contains(event.target))
      ) {
        setOpen(false);
        if (event instanceof KeyboardEvent) anchor.current?.focus();
      }
    };
    window.addEventListener('keydown', close);
    window.addEventListener('pointerdown', close);
    return () => {
      window.removeEventListener('keydown', close);
      window.removeEventListener('pointerdown', close);
    };
  }, [isOpen]);

  const session = state?.session;
  if (!state || !session) return null;
  const connection = sync?.connection ?? 'unknown';
  const isWell = connection === 'online' && !sync?.isPaused;
  return (
    <header className="topbar" ref={box}>
      <div className="brand">
        <Icon name="mark" />
        <b>{t('shell.brand')}</b>
        <span>FieldCert</span>
      </div>
      <span className="tb box" title={t('shell.scope')}>
        <Icon name="pin" size="s" />
        <span className="el">{state.office?.regionName ?? t('shell.no-scope')}</span>
        <span className="num code">{state.office?.region ?? ''}</span>
      </span>
      {level === 0 ? null : (
        <button type="button" className="tb" onClick={() => goTo({ page: 'security' })}>
          <span className="low">
            <Icon name="warn" size="s" />
          </span>
          <b className="low">
            {t('emergency.level-bar', {
              level: isolate(level),
              name: t(`emergency.level-${level}`),
            })}
          </b>
        </button>
      )}
      <span className="grow" />
      <button type="button" className="tb" onClick={() => goTo({ page: 'sync' })}>
        <span className={sync?.isStale ? 'low' : 'row'}>
          <Icon name="clock" size="s" />
        </span>
        {t('shell.as-of')}{' '}
        <b className="num">{sync?.asOfMs == null ? '–' : formatTime(sync.asOfMs)}</b>
        {sync?.isStale && sync.hasSlice ? <b className="low">{t('shell.stale')}</b> : null}
      </button>
      <span className="tbline" />
      <span className="tb" role="status">
        <span className={isWell ? 'good' : 'low'}>
          <Icon name={sync?.isPaused ? 'pause' : isWell ? 'wifi' : 'wifioff'} size="s" />
        </span>
        <b>
          {sync?.isPaused
            ? t('line.bar-paused')
            : sync?.obstacle === 'SYNC_PORTAL'
              ? t('line.bar-portal')
              : t(`connection.${connection}`)}
        </b>
      </span>
      <button type="button" className="tb" onClick={() => goTo({ page: 'sync' })}>
        <Icon name="queue" size="s" />
        {t('shell.queue')}{' '}
        <b className="num">{isEmergency ? '–' : formatCount(sync?.pending ?? 0)}</b>
      </button>
      <span className="tbline" />
      <button
        ref={anchor}
        type="button"
        className="tb"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        title={t('settings.title')}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="avatar" aria-hidden="true">
          {[...session.name][0]}
        </span>
        <b>{session.name}</b>
        {t(`roles.${session.role}`)}
      </button>
      <button
        type="button"
        className="tb"
        aria-label={t('shell.lock')}
        title={`${t('shell.lock')} Ctrl+L`}
        onClick={() => void lockDesk()}
      >
        <Icon name="lock" />
      </button>
      <WindowButtons />
      {isOpen ? <SettingsMenu badge={<Num>{session.badge}</Num>} /> : null}
    </header>
  );
}
