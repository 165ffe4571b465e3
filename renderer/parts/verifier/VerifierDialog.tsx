import { type DragEvent, useEffect, useState } from 'react';
import type { RouteInput } from '../../../shared/ipc/contract';
import type { VerifyReport } from '../../../shared/ipc/routes/exports';
import { useT } from '../../i18n';
import { type Failure, invoke } from '../../lib/desk';
import { readFile } from '../../lib/read-file';
import { useTurns } from '../../lib/turns';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { Notice } from '../../ui/PageState';
import { FailureNote } from '../FailureState';
import { droppedParts } from './dropped-parts';
import { VerifierProgress } from './VerifierProgress';
import { VerifierReport } from './VerifierReport';

const SIZE_LIMIT_BYTES = 268_435_456;

interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Verifies any sealed package, somebody else's too, and without login. */
export function VerifierDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const verify = useCommand('exports.verify');
  const [report, setReport] = useState<VerifyReport | null>(null);
  const [isOver, setOver] = useState(false);
  /** What kept a file from being read at all. */
  const [refused, setRefused] = useState<Failure | null>(null);
  const [isAlone, setAlone] = useState(false);
  /** What was dropped last: a receipt may come after it. Null where the file was chosen, which main remembers. */
  const [dropped, setDropped] = useState<Dropped | null>(null);

  const turns = useTurns();
  // Who leaves waits for no answer.
  useEffect(() => () => void invoke('exports.stop-verifying', {}), []);

  /** Begins anew: no word of the file before stands beside the next one. */
  const begin = () => {
    setRefused(null);
    setAlone(false);
    return turns.begin();
  };
  /** The answer, where nothing was begun since: a further file ends the one before, which is no failure of the further one. */
  const ask = async (input: RouteInput<'exports.verify'>, isNewest: () => boolean) => {
    const answer = await verify.run(input);
    if (isNewest()) return answer;
    verify.forget();
    return null;
  };
  const choose = async () => {
    const isNewest = begin();
    const answer = await ask({}, isNewest);
    if (!answer?.report) return;
    setDropped(null);
    setReport(answer.report);
  };
  /** The bytes of a dropped file; null, and said, where it cannot be read. */
  const read = async (file: File) => {
    const bytes = await readFile(file);
    if (bytes === null)
      setRefused({ code: 'FILE_UNREADABLE', params: { name: file.name.slice(0, 255) }, ref: '' });
    return bytes;
  };
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const { file, receipt } = droppedParts([...event.dataTransfer.files]);
    if (!file && !receipt) return;
    const isNewest = begin();
    if (file && file.size > SIZE_LIMIT_BYTES) {
      const params = { name: file.name.slice(0, 255), limitMb: 256 };
      setRefused({ code: 'FILE_TOO_LARGE', params, ref: '' });
      return;
    }
    const bytes = file ? await read(file) : undefined;
    const seal = receipt && bytes !== null ? await read(receipt) : undefined;
    if (bytes === null || seal === null) return;
    const current = file && bytes ? { name: file.name.slice(0, 255), bytes } : dropped;
    const answer = await ask({ ...current, ...(seal ? { receipt: seal } : {}) }, isNewest);
    if (!isNewest()) return;
    setAlone(answer !== null && answer.report === null);
    if (!answer?.report) return;
    setDropped(current);
    setReport(answer.report);
  };
  const isStopped = verify.failure?.code === 'CANCELLED';
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
      {verify.isBusy ? <VerifierProgress /> : null}
      {refused ? <FailureNote failure={refused} /> : null}
      {isAlone ? (
        <Notice tone="off" icon="info">
          {t('verify.receipt-alone')}
        </Notice>
      ) : null}
      {isStopped ? (
        <Notice tone="off" icon="info">
          {t('verify.stopped')}
        </Notice>
      ) : null}
      {verify.failure && !isStopped ? <FailureNote failure={verify.failure} /> : null}
      {report && !verify.isBusy && !verify.failure && !refused ? (
        <VerifierReport report={report} />
      ) : null}
    </Dialog>
  );
}
