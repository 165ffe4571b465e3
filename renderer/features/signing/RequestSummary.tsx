import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { formatBytes, formatCount, isolate } from '../../lib/format';
import { Icon } from '../../ui/Icon';

/** What will be signed: purpose, scope, count, files and their digest. */
export function RequestSummary({ request }: { readonly request: RouteOutput<'signing.request'> }) {
  const t = useT();
  return (
    <div>
      <h2>{t('signing.content')}</h2>
      <div className="sum">
        <dl className="dl">
          <dt>{t('exports.purpose')}</dt>
          <dd>
            {t(`exports.class-${request.purposeClass}`)}
            {t('exports.class-sep')}
            {request.purpose}
          </dd>
          <dt>{t('exports.scope')}</dt>
          <dd>{request.scope}</dd>
          <dt>{t('exports.count')}</dt>
          <dd>
            <b className="t20 num">{formatCount(request.count)}</b>
          </dd>
          <dt>{t('template.title')}</dt>
          <dd>
            {request.template}
            <span className="t12 c2 blk">
              {t('signing.fields-text', {
                count: isolate(request.fields),
                masking: t(`template.masking-${request.masking}`),
              })}
            </span>
            {request.records === 'none' ? null : (
              <span className="t12 c2 blk">{t(`template.records-${request.records}`)}</span>
            )}
          </dd>
          <dt>{t('exports.permit')}</dt>
          <dd>
            <span className="mono">{request.ticket}</span> {t(`exports.by-${request.way}`)}
          </dd>
          {request.recipient ? (
            <>
              <dt>{t('recipient.checks')}</dt>
              <dd title={request.recipient.subject}>
                <b dir="auto">{request.recipient.holder}</b>
                <span className="mono t12 c2 blk" dir="ltr" title={request.recipient.fingerprint}>
                  {request.recipient.fingerprint.slice(0, 19)} …
                </span>
              </dd>
            </>
          ) : null}
          <dt>{t('exports.requester')}</dt>
          <dd>{request.requester}</dd>
        </dl>
        <ul className="files">
          {request.files.map((file) => (
            <li key={file.path}>
              <Icon
                name={file.path.endsWith('.xlsx') || file.path.endsWith('.csv') ? 'table' : 'file'}
              />
              <span className="num el">{file.path}</span>
              <span className="end num c3">{formatBytes(file.bytes)}</span>
            </li>
          ))}
          <li>
            <Icon name="layers" />
            {t('signing.digest')}
            <span className="end mono c3 el" title={request.digestWords}>
              SM3 {request.digestWords}
            </span>
          </li>
        </ul>
      </div>
    </div>
  );
}
