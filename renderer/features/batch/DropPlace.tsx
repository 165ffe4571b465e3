import { type DragEvent, type ReactNode, useState } from 'react';
import type { Failure } from '../../lib/desk';
import { FailureNote } from '../../parts/FailureState';
import { Icon } from '../../ui/Icon';
import { ProgressBar } from '../../ui/Progress';

const LIMIT_BYTES = 134_217_728;

interface DropPlaceProps {
  readonly title: string;
  readonly text: string;
  /** What is being done with a list; null: nothing. */
  readonly busy: string | null;
  readonly failure: Failure | null;
  readonly onDrop: (file: {
    readonly name: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }) => void;
  /** The other way than dropping: buttons. */
  readonly children: ReactNode;
}

/** A place where a list is dropped, with what is wrong with the file that was. */
export function DropPlace({ title, text, busy, failure, onDrop, children }: DropPlaceProps) {
  const [isOver, setOver] = useState(false);
  const [refused, setRefused] = useState<Failure | null>(null);
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
    if (code === null) onDrop({ name, bytes: new Uint8Array(await file.arrayBuffer()) });
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
      {busy === null ? null : <ProgressBar label={busy} percent={null} />}
      {refused ? (
        <FailureNote failure={refused} />
      ) : failure ? (
        <FailureNote failure={failure} />
      ) : null}
    </section>
  );
}
