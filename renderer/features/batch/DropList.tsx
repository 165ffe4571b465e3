import { type DragEvent, useState } from 'react';
import { useT } from '../../i18n';
import type { Failure } from '../../lib/desk';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { ProgressBar } from '../../ui/Progress';
import { useBatch } from './batch-store';

const LIMIT_BYTES = 134_217_728;

/** The place where a list is dropped, or chosen by a button beside it. */
export function DropList() {
  const t = useT();
  const open = useCommand('batch.open');
  const template = useCommand('batch.template');
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  const take = async (input: Parameters<typeof open.run>[0]) => {
    const answer = await open.run(input);
    if (answer?.list) useBatch.setState({ list: answer.list, head: null });
  };
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (!file) return;
    const name = file.name.slice(0, 255);
    // Said before it is read: the page holds no file that main would refuse.
    const code =
      file.size === 0 ? 'TABLE_EMPTY' : file.size > LIMIT_BYTES ? 'TABLE_TOO_LARGE' : null;
    setRefused(code === null ? null : { code, params: { name }, ref: '' });
    if (code !== null) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    await take({ name, bytes });
  };
  return (
    <section className="panel batchdrop">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
      <div
        className={`drop big${isOver ? ' over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void drop(event)}
      >
        <Icon name="table" size="l" />
        <b>{t('batch.drop')}</b>
        <span className="c2">{t('batch.drop-text')}</span>
        <span className="row">
          <Button look="primary" icon="file" disabled={open.isBusy} onClick={() => void take({})}>
            {t('batch.choose')}
          </Button>
          <Button icon="download" disabled={template.isBusy} onClick={() => void template.run({})}>
            {t('batch.template')}
          </Button>
        </span>
      </div>
      {open.isBusy ? <ProgressBar label={t('batch.reading')} percent={null} /> : null}
      {refused ? <FailureNote failure={refused} /> : null}
      {open.failure && !refused ? <FailureNote failure={open.failure} /> : null}
      {template.failure ? <FailureNote failure={template.failure} /> : null}
    </section>
  );
}
