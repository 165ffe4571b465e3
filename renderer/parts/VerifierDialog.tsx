import { type DragEvent, useState } from 'react';
import type { VerifyReport } from '../../shared/ipc/routes/exports';
import { useT } from '../i18n';
import { formatCount, formatTime } from '../lib/format';
import { useCommand } from '../lib/use-command';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import type { IconName } from '../ui/icon-paths';
import { ProgressBar } from '../ui/Progress';
import { Tag, type TagTone } from '../ui/Tag';
import { FailureNote } from './FailureState';

const SIZE_LIMIT_BYTES = 268_435_456;
const VERDICTS: Record<
  VerifyReport['verdict'],
  { readonly tone: TagTone; readonly icon: IconName }
> = {
  genuine: { tone: 'ok', icon: 'ok' },
  practice: { tone: 'warn', icon: 'grad' },
  'unknown-issuer': { tone: 'warn', icon: 'warn' },
  altered: { tone: 'bad', icon: 'bad' },
  unreadable: { tone: 'bad', icon: 'bad' },
};

/** Verifies any sealed package, somebody else's too, and without login. */
export function VerifierDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const verify = useCommand('exports.verify');
  const [report, setReport] = useState<VerifyReport | null>(null);
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);

  const choose = async () => {
    setTooLarge(false);
    const answer = await verify.run({});
    if (answer?.report) setReport(answer.report);
  };
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (!file) return;
    setTooLarge(file.size > SIZE_LIMIT_BYTES);
    if (file.size > SIZE_LIMIT_BYTES) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const answer = await verify.run({ name: file.name.slice(0, 255), bytes });
    if (answer?.report) setReport(answer.report);
  };
  return (
    <Dialog
      title={t('verify.title')}
      isWide
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('act.close')}</Button>}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button beside it is the first */}
      <div
        className={`drop${isOver ? ' over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void drop(event)}
      >
        <Icon name="shieldok" size="l" />
        <span className="grow">
          {t('verify.drop')}
          <span className="t12 c3 blk">{t('verify.drop-text')}</span>
        </span>
        <Button
          look={report ? 'plain' : 'primary'}
          icon="file"
          disabled={verify.isBusy}
          onClick={() => void choose()}
        >
          {t('verify.choose')}
        </Button>
      </div>
      {verify.isBusy ? <ProgressBar label={t('verify.running')} percent={null} /> : null}
      {isTooLarge ? (
        <FailureNote
          failure={{ code: 'FILE_TOO_LARGE', params: { name: '', limitMb: 256 }, ref: '' }}
        />
      ) : null}
      {verify.failure ? <FailureNote failure={verify.failure} /> : null}
      {report && !verify.isBusy ? <Report report={report} /> : null}
    </Dialog>
  );
}

function Report({ report }: { readonly report: VerifyReport }) {
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
      {summary ? (
        <dl className="dl sel">
          <dt>{t('exports.trace')}</dt>
          <dd className="mono">{summary.traceId}</dd>
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
          <dt>{t('exports.signer')}</dt>
          <dd>{summary.signer}</dd>
        </dl>
      ) : null}
      <ul className="checks">
        {report.checks.map((check) => (
          <li key={check.id} className="t12">
            <Tag tone={check.isOk ? 'ok' : 'bad'} icon={check.isOk ? 'ok' : 'bad'} look="text">
              {t(check.isOk ? 'verify.passed' : 'verify.not-passed')}
            </Tag>
            <span className="mono">{check.id}</span>
            <span className="c3 el" title={check.detail}>
              {check.detail}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
