import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import { useT } from '../../i18n';
import { formatDay, isolate } from '../../lib/format';
import { eventText } from '../../lib/kind-words';
import type { IconName } from '../../ui/icon-paths';
import { Tag, type TagTone } from '../../ui/Tag';

const CHAINS: Record<
  CertificateRecord['chain'],
  { readonly tone: TagTone; readonly icon: IconName }
> = {
  verified: { tone: 'ok', icon: 'chain' },
  incomplete: { tone: 'warn', icon: 'clock' },
  broken: { tone: 'bad', icon: 'bad' },
};

/** Every change of the certificate, newest first, and whether its hash chain holds (一证一链). */
export function ChangeHistory({ record }: { readonly record: CertificateRecord }) {
  const t = useT();
  const { tone, icon } = CHAINS[record.chain];
  return (
    <section className="panel" aria-label={t('record.changes')}>
      <header className="low">
        <h2>{t('record.changes')}</h2>
        <span className="end t12 el">
          <Tag look="text" tone={tone} icon={icon}>
            {t(`record.chain-${record.chain}`, { count: isolate(record.events.length) })}
          </Tag>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="body scroll" tabIndex={0}>
        {record.events.length === 0 ? <p className="c3 t12">{t('record.late')}</p> : null}
        <ol className="hist">
          {[...record.events]
            .sort((a, b) => b.seq - a.seq)
            .map((event) => (
              <li key={event.seq}>
                <span className="dot" aria-hidden="true" />
                <span className="el">
                  <span className="el blk">{eventText(t, event.type)}</span>
                  {event.validTo === null ? null : (
                    <span className="t12 c2 el blk">
                      {t('record.valid-until', { day: isolate(formatDay(event.validTo)) })}
                    </span>
                  )}
                  <span className="t12 c3 el blk">
                    {event.by}
                    {event.document ? ` · ${event.document}` : ''}
                  </span>
                </span>
                <span className="ed">
                  <span className="t12 c2 num blk">{formatDay(event.day)}</span>
                  <span className="mono c3" title={t('record.hash')}>
                    {event.hash}
                  </span>
                </span>
              </li>
            ))}
        </ol>
      </section>
    </section>
  );
}
