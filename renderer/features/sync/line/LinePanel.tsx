import { useState } from 'react';
import type { LineStatus } from '../../../../shared/ipc/routes/line';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import { useT } from '../../../i18n';
import { formatBytes, formatDay, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { ManagedFaults } from '../../../parts/ManagedFaults';
import { Icon } from '../../../ui/Icon';
import { Skeleton } from '../../../ui/PageState';
import { Segmented } from '../../../ui/Segmented';
import { Switch } from '../../../ui/Switch';
import { Tag } from '../../../ui/Tag';
import { StorageLines } from '../storage/StorageLines';
import { ProxyDialog } from './ProxyDialog';

/** Limits to choose from, kB/s; another one that was set is shown beside them. */
const LIMITS = [null, 512, 64] as const;
const DAY_MS = 86_400_000;
const ENDPOINT_LOOKS = {
  used: { tone: 'ok', icon: 'ok' },
  standby: { tone: 'off', icon: 'clock' },
  failed: { tone: 'warn', icon: 'warn' },
} as const;

/** The way to the server, what it carried, and what a person decides about it; each choice acts at once. */
export function LinePanel({ sync }: { readonly sync: SyncStatus }) {
  const t = useT();
  // Asked again whenever the connection or a run changes.
  const moment = `${sync.connection} ${sync.obstacle ?? ''} ${sync.runs[0]?.runId ?? ''}`;
  const asked = useQuery('line.status', {}, moment);
  const set = useCommand('line.set');
  const [changed, setChanged] = useState<LineStatus | null>(null);
  const [isProxyOpen, setProxyOpen] = useState(false);
  const isProxySet = useQuery('managed.facts', {}).data?.isProxySet ?? false;
  const status = asked.data === null ? null : { ...asked.data, ...changed };
  const change = async (input: Parameters<typeof set.run>[0]) => {
    const answer = await set.run(input);
    if (answer !== null) setChanged(answer);
  };
  return (
    <section className="panel grow" aria-label={t('sync.line')}>
      <header>
        <h2>{t('sync.line')}</h2>
      </header>
      <ManagedFaults />
      {status === null ? (
        asked.failure ? (
          <div className="body">
            <FailureNote failure={asked.failure} onRetry={asked.reload} />
          </div>
        ) : (
          <Skeleton label={t('state.loading')} rows={3} />
        )
      ) : (
        <ul className="body lines">
          {status.endpoints.map(({ address, state }) => (
            <li key={address}>
              <Icon name="server" size="s" />
              <span className="el num" title={address}>
                {isolate(address.replace(/^https:\/\//, ''))}
              </span>
              <span className="end">
                {sync.connection === 'offline' && state === 'used' ? (
                  <Tag look="text" tone="off" icon="wifioff">
                    {t('connection.offline')}
                  </Tag>
                ) : (
                  <Tag look="text" {...ENDPOINT_LOOKS[state]}>
                    {t(`line.endpoint-${state}`)}
                  </Tag>
                )}
              </span>
            </li>
          ))}
          <LimitChoice status={status} onChange={(limitKBps) => void change({ limitKBps })} />
          <li>
            <Icon name="wifi" size="s" />
            <span className="el" id="line-metered">
              {t('line.metered')}
            </span>
            <span className="end">
              <Switch
                labelledBy="line-metered"
                isOn={status.settings.isMetered}
                onChange={(isMetered) => void change({ isMetered })}
              />
            </span>
          </li>
          <li>
            <Icon name="lock" size="s" />
            <span className="el">{t('line.proxy')}</span>
            <span className="end row c2">
              <span className="el line-proxy">
                {status.settings.proxy.kind === 'manual'
                  ? isolate(status.settings.proxy.address)
                  : t(`line.proxy-${status.settings.proxy.kind}`)}
              </span>
              {isProxySet ? (
                <span className="c3">{t('line.proxy-managed')}</span>
              ) : (
                <button type="button" className="link" onClick={() => setProxyOpen(true)}>
                  {t('line.change')}
                </button>
              )}
            </span>
          </li>
          <LineFacts sync={sync} status={status} />
          <StorageLines moment={moment} />
        </ul>
      )}
      {set.failure ? (
        <div className="body">
          <FailureNote failure={set.failure} />
        </div>
      ) : null}
      {isProxyOpen && status !== null ? (
        <ProxyDialog
          proxy={status.settings.proxy}
          onClose={() => setProxyOpen(false)}
          onSaved={(answer) => {
            setChanged(answer);
            setProxyOpen(false);
          }}
        />
      ) : null}
    </section>
  );
}

function LimitChoice({
  status,
  onChange,
}: {
  readonly status: LineStatus;
  readonly onChange: (limitKBps: number | null) => void;
}) {
  const t = useT();
  const { limitKBps } = status.settings;
  const known = LIMITS.some((one) => one === limitKBps);
  const limits = known ? LIMITS : [...LIMITS, limitKBps];
  return (
    <li>
      <Icon name="speed" size="s" />
      <span className="el">{t('line.limit')}</span>
      <span className="end">
        <Segmented
          label={t('line.limit')}
          value={String(limitKBps)}
          choices={limits.map((limit) => ({
            value: String(limit),
            label:
              limit === null ? (
                t('line.no-limit')
              ) : (
                // Its unit after the number in every language's direction, as in all other figures.
                <span className="num">{t('line.kbps', { count: isolate(limit) })}</span>
              ),
          }))}
          onChange={(value) => onChange(value === 'null' ? null : Number(value))}
        />
      </span>
    </li>
  );
}

function LineFacts({ sync, status }: { readonly sync: SyncStatus; readonly status: LineStatus }) {
  const t = useT();
  const used = sync.runs.reduce((sum, run) => sum + (run.isStick ? 0 : run.bytes), 0);
  const { clockAheadMs, certificateUntilMs, bytesPerSecond, regionKeys } = status;
  return (
    <>
      <li>
        <Icon name="clock" size="s" />
        <span className="el">{t('line.clock')}</span>
        <span className="end c2 num">
          {clockAheadMs === null
            ? '–'
            : t('line.seconds', { count: isolate((Math.abs(clockAheadMs) / 1_000).toFixed(1)) })}
        </span>
      </li>
      <li>
        <Icon name="sync" size="s" />
        <span className="el" title={t('sync.bytes-text')}>
          {t('sync.used')}
        </span>
        <span className="end c2 num">
          {formatBytes(used)}
          {bytesPerSecond === null ? '' : ` · ${isolate(`${formatBytes(bytesPerSecond)}/s`)}`}
        </span>
      </li>
      <li>
        <Icon name="file" size="s" />
        <span className="el">{t('line.certificate')}</span>
        <span className="end c2 num">
          {certificateUntilMs === null ? '–' : formatDay(Math.floor(certificateUntilMs / DAY_MS))}
        </span>
      </li>
      {regionKeys !== null && regionKeys.epoch > 1 ? (
        <li>
          <Icon name="key" size="s" />
          <span className="el" title={t('line.region-keys-text')}>
            {t('line.region-keys')}
          </span>
          <span className="end c2">
            {t('line.region-keys-number', { epoch: isolate(regionKeys.epoch) })}
            {regionKeys.former === 0
              ? ''
              : ` · ${t('line.region-keys-former', { count: isolate(regionKeys.former) })}`}
          </span>
        </li>
      ) : null}
    </>
  );
}
