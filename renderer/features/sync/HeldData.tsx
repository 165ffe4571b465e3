import { ENTITY_ORDER } from '../../../shared/domain/model';
import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { Tag } from '../../ui/Tag';

/** What of the server is on this device, kind by kind. */
export function HeldData({ sync }: { readonly sync: SyncStatus }) {
  const t = useT();
  const office = useDesk((store) => store.state?.office);
  return (
    <>
      <header>
        <h2>{t('sync.held')}</h2>
        <span className="t12 c3 el">
          {office?.regionName} <span className="num">{office?.region}</span>
        </span>
        {sync.proof.root ? (
          <span className="end mono c3" title={t('sync.root')}>
            SHA-256 {isolate(`${sync.proof.root.slice(0, 8)}…${sync.proof.root.slice(-8)}`)}
          </span>
        ) : null}
      </header>
      <table className="tbl held">
        <thead>
          <tr>
            <th scope="col">{t('sync.what')}</th>
            <th scope="col" className="r">
              {t('sync.records')}
            </th>
            <th scope="col">{t('shell.as-of')}</th>
            <th scope="col">{t('sync.proof')}</th>
          </tr>
        </thead>
        <tbody>
          {ENTITY_ORDER.map((entity) => (
            <tr key={entity}>
              <td>{t(`entities.${entity}`)}</td>
              <td className="r num">{formatCount(sync.counts[entity] ?? 0)}</td>
              <td>
                <span className="num">{sync.asOfMs === null ? '–' : formatTime(sync.asOfMs)}</span>
              </td>
              <td>
                {sync.proof.state === 'proven' ? (
                  <Tag look="text" tone="ok" icon="ok">
                    {t('sync.proven')}
                  </Tag>
                ) : (
                  '–'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
