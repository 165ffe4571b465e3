import { type DragEvent, useState } from 'react';
import type { VerifyReport } from '../../../shared/ipc/routes/exports';
import { useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { Notice } from '../../ui/PageState';
import { ProgressBar } from '../../ui/Progress';
import { FailureNote } from '../FailureState';
import { droppedParts } from './dropped-parts';
import { VerifierReport } from './VerifierReport';

const SIZE_LIMIT_BYTES = 268_435_456;

interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());

/** Verifies any sealed package, somebody else's too, and without login. */
export function VerifierDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const verify = useCommand('exports.verify');
  const [report, setReport] = useState<VerifyReport | null>(null);
  const [isOver, setOver] = useState(false);
  const [isTooLarge, setTooLarge] = useState(false);
  const [isAlone, setAlone] = useState(false);
  /** What was dropped last: a receipt may come after it. Null where the file was chosen, which main remembers. */
  const [dropped, setDropped] = useState<Dropped | null>(null);

  const choose = async () => {
    setTooLarge(false);
    setAlone(false);
    const answer = await verify.run({});
    if (!answer?.report) return;
    setDropped(null);
    setReport(answer.report);
  };
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const { file, receipt } = droppedParts([...event.dataTransfer.files]);
    if (!file && !receipt) return;
    setAlone(false);
    setTooLarge((file?.size ?? 0) > SIZE_LIMIT_BYTES);
    if (file && file.size > SIZE_LIMIT_BYTES) return;
    const current = file ? { name: file.name.slice(0, 255), bytes: await bytesOf(file) } : dropped;
    const given = receipt ? { receipt: await bytesOf(receipt) } : {};
    const answer = await verify.run({ ...current, ...given });
    setAlone(answer !== null && answer.report === null);
    if (!answer?.report) return;
    setDropped(current);
    setReport(answer.report);
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
      {isAlone ? (
        <Notice tone="off" icon="info">
          {t('verify.receipt-alone')}
        </Notice>
      ) : null}
      {verify.failure ? <FailureNote failure={verify.failure} /> : null}
      {report && !verify.isBusy && !verify.failure && !isTooLarge ? (
        <VerifierReport report={report} />
      ) : null}
    </Dialog>
  );
}
