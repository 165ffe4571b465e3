import type { VerifyReport } from '../../../shared/ipc/routes/exports';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import type { IconName } from '../../ui/icon-paths';
import { Tag, type TagTone } from '../../ui/Tag';

const VERDICTS: Record<
  VerifyReport['verdict'],
  { readonly tone: TagTone; readonly icon: IconName }
> = {
  genuine: { tone: 'ok', icon: 'ok' },
  practice: { tone: 'warn', icon: 'grad' },
  'unknown-issuer': { tone: 'warn', icon: 'warn' },
  encrypted: { tone: 'info', icon: 'key' },
  unsigned: { tone: 'off', icon: 'info' },
  unsupported: { tone: 'off', icon: 'info' },
  'not-valid': { tone: 'bad', icon: 'ban' },
  altered: { tone: 'bad', icon: 'bad' },
  unreadable: { tone: 'bad', icon: 'bad' },
};

/** What a verification found, in words. */
export function VerifierReport({ report }: { readonly report: VerifyReport }) {
  const t = useT();
  const { tone, icon } = VERDICTS[report.verdict];
  const { summary } = report;
  return (
    <div className="col" role="status">
      <div className="row">
        <Tag tone={tone} icon={icon} look="big">
          {t(`verify.${report.verdict}`)}
        </Tag>
        <span className="mono c2 el">{report.fileName}</span>
      </div>
      <p className="c2 t12">{t(`verify.${report.verdict}-text`)}</p>
      <Statement report={report} />
      {summary ? (
        <dl className="dl sel">
          <dt>{t('exports.trace')}</dt>
          <dd>
            <bdi className="mono">{summary.traceId}</bdi>
          </dd>
          <dt>{t('exports.office')}</dt>
          <dd>{summary.office}</dd>
          <dt>{t('exports.requester')}</dt>
          <dd>{summary.requester}</dd>
          <dt>{t('exports.purpose')}</dt>
          <dd>{summary.purpose}</dd>
          <dt>{t('exports.count')}</dt>
          <dd className="num">{formatCount(summary.count)}</dd>
          <dt>{t('exports.created')}</dt>
          <dd>
            <span className="num">{formatTime(summary.createdAtMs)}</span>
          </dd>
        </dl>
      ) : null}
      {report.recipient ? (
        <dl className="dl sel">
          <dt>{t('verify.recipient-issuer')}</dt>
          <dd>
            <bdi>{report.recipient.issuer}</bdi>
          </dd>
          <dt>{t('verify.recipient-serial')}</dt>
          <dd>
            <bdi className="mono" dir="ltr">
              {report.recipient.serial}
            </bdi>
          </dd>
        </dl>
      ) : null}
      <Checks checks={report.checks} />
    </div>
  );
}

type Check = VerifyReport['checks'][number];

/** What failed or wants reading, a line each; what passed, side by side. */
function Checks({ checks }: Pick<VerifyReport, 'checks'>) {
  const t = useT();
  const passed = checks.filter(({ isOk, isNotice }) => isOk && !isNotice);
  const others = checks.filter((check) => !passed.includes(check));
  return (
    <div className="checks">
      <ul>
        {others.map((check) => (
          <li key={`${check.id} ${check.detail}`} className="t12" title={check.detail}>
            <Tag tone={check.isOk ? 'warn' : 'bad'} icon={check.isOk ? 'warn' : 'bad'} look="text">
              {t(check.isOk ? 'verify.noticed' : 'verify.not-passed')}
            </Tag>
            <b>{t(`verify.check-${check.id}`)}</b>
            <span className="c2">
              {t(check.isOk ? `verify.note-${noticeOf(check.id)}` : `verify.failed-${check.id}`)}
            </span>
          </li>
        ))}
      </ul>
      {passed.length > 0 ? (
        <ul className="passed t12" aria-label={t('verify.passed')}>
          {passed.map((check) => (
            <li key={check.id} title={check.detail}>
              <Tag tone="ok" icon="ok" look="text">
                {t(`verify.check-${check.id}`)}
              </Tag>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** Checks that may pass with something to be read all the same. */
function noticeOf(id: Check['id']) {
  switch (id) {
    case 'report-signature':
    case 'issuer':
    case 'revocation':
    case 'practice':
    case 'ticket':
    case 'requester':
    case 'envelope':
    case 'receipt':
    case 'document':
    case 'foreign':
    case 'data':
      return id;
    default:
      return 'other';
  }
}

/** In one sentence each: what is proven, and what is not however well everything looks. */
function Statement({ report }: { readonly report: VerifyReport }) {
  const t = useT();
  const { proven, open, signer, reviewer, signedMs, notBeforeMs, notAfterMs, notRevokedMs } =
    report;
  if (proven.length === 0) return null;
  const time = (ms: number | null) => (ms === null ? '–' : isolate(formatTime(ms)));
  return (
    <dl className="dl sel statement">
      <dt>{t('verify.proven')}</dt>
      <dd>
        {proven
          .map((code) =>
            t(`verify.proven-${code}`, {
              signer: isolate(signer ?? '–'),
              reviewer: isolate(reviewer ?? '–'),
              since: time(notBeforeMs),
              until: time(notAfterMs),
              day: time(notRevokedMs),
            }),
          )
          .join(t('verify.and'))}
      </dd>
      <dt>{t('verify.open')}</dt>
      <dd>
        {open
          .map((code) =>
            code !== 'time'
              ? t(`verify.open-${code}`, { reviewer: isolate(reviewer ?? '–') })
              : notBeforeMs !== null
                ? t('verify.open-time-since', { time: time(signedMs), since: time(notBeforeMs) })
                : notAfterMs !== null
                  ? t('verify.open-time-until', { time: time(signedMs), until: time(notAfterMs) })
                  : t('verify.open-time', { time: time(signedMs) }),
          )
          .join(t('verify.and'))}
      </dd>
    </dl>
  );
}
