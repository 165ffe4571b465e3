import { Fragment } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { formatBytes } from '../../lib/format';
import { Icon } from '../../ui/Icon';

const LOOKS = { plain: undefined, large: 't20 num', code: 'mono' } as const;

/** What will be signed, row by row as main worded it, and the files that go with it. */
export function RequestSummary({ request }: { readonly request: RouteOutput<'signing.request'> }) {
  const t = useT();
  return (
    <div>
      <h2>{t('signing.content')}</h2>
      <div className="sum">
        <dl className="dl">
          {request.rows.map(({ label, value, look }) => (
            <Fragment key={label}>
              <dt>{label}</dt>
              <dd>
                <bdi className={LOOKS[look]}>{value}</bdi>
              </dd>
            </Fragment>
          ))}
        </dl>
        {request.files.length === 0 ? null : (
          <ul className="files">
            {request.files.map((file) => (
              <li key={file.path}>
                <Icon
                  name={
                    file.path.endsWith('.xlsx') || file.path.endsWith('.csv') ? 'table' : 'file'
                  }
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
        )}
      </div>
    </div>
  );
}
