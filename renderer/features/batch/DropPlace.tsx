import { type DragEvent, type ReactNode, useState } from 'react';
import { MAX_DROP_BYTES } from '../../../shared/ipc/drop-limits';
import type { Failure } from '../../lib/desk';
import { type SentFile, sendFile } from '../../lib/send-file';
import { FailureNote } from '../../parts/FailureState';
import { Icon } from '../../ui/Icon';
import { ProgressBar } from '../../ui/Progress';

interface DropPlaceProps {
  readonly title: string;
  readonly text: string;
  /** What is being done with a list, in words, and whether main is at it. */
  readonly reading: string;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly onDrop: (file: SentFile) => void;
  /** The other way than dropping: buttons. */
  readonly children: ReactNode;
}

/** A place where a list is dropped, with what is wrong with the file that was. */
export function DropPlace({
  title,
  text,
  reading,
  isBusy,
  failure,
  onDrop,
  children,
}: DropPlaceProps) {
  const [sent, setSent] = useState<number | null>(null);
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (!file || sent !== null || isBusy) return;
    const name = file.name.slice(0, 255);
    // Said before it is read: the page holds no file that main would refuse.
    const code =
      file.size === 0 ? 'TABLE_EMPTY' : file.size > MAX_DROP_BYTES ? 'TABLE_TOO_LARGE' : null;
    setRefused(code === null ? null : { code, params: { name }, ref: '' });
    if (code !== null) return;
    setSent(0);
    const given = await sendFile(file, setSent);
    setSent(null);
    if ('code' in given) setRefused(given);
    else onDrop(given);
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
        <b>{title}</b>
        <span className="c2">{text}</span>
        <span className="row">{children}</span>
      </div>
      {isBusy || sent !== null ? <ProgressBar label={reading} percent={sent} /> : null}
      {refused ? (
        <FailureNote failure={refused} />
      ) : failure ? (
        <FailureNote failure={failure} />
      ) : null}
    </section>
  );
}
