import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import { formatDay, isolate } from '../../../lib/format';
import { kindTitle } from '../../../lib/kind-words';
import { Num } from '../../../ui/Num';
import { Notice } from '../../../ui/PageState';

/** What a signed code says, who signed it, and as of when it is known not to be revoked. */
export function CodeFacts({
  code,
  name,
}: {
  readonly code: NonNullable<ScanCheck['code']>;
  readonly name: string | null;
}) {
  const t = useT();
  return (
    <>
      <dl className="dl">
        <dt>{t('scan.field-name')}</dt>
        <dd>
          <bdi>{name ?? '–'}</bdi>
        </dd>
        <dt>{t('scan.code-kind')}</dt>
        <dd>{code.kind === null ? '–' : kindTitle(t, code.kind)}</dd>
        <dt>{t('record.period')}</dt>
        <dd>
          <Num>{formatDay(code.validFrom)}</Num> {t('record.until')}{' '}
          <Num>{formatDay(code.validTo)}</Num>
        </dd>
        {code.reviewDue === null ? null : (
          <>
            <dt>{t('scan.code-review')}</dt>
            <dd>
              <Num>{formatDay(code.reviewDue)}</Num>
            </dd>
          </>
        )}
        <dt>{t('scan.code-issuer')}</dt>
        <dd>
          <bdi>{code.issuer}</bdi>
        </dd>
        <dt>{t('scan.code-as-of')}</dt>
        <dd>
          <Num>{formatDay(code.asOfDay)}</Num>
        </dd>
      </dl>
      {code.isOld ? (
        <Notice tone="warn" icon="clock">
          {t('scan.code-old', { day: isolate(formatDay(code.asOfDay)) })}
        </Notice>
      ) : null}
      {code.hasPhoto ? <p className="t12 c3">{t('scan.code-photo')}</p> : null}
    </>
  );
}
